// Records what santhosh-tekuri/jsonschema says about random schemas and values, the way Helm 4 calls it, for
// core/tests/schema.rs.
//
//	go run main.go SEED COUNT > ../../fixtures/schema/cases.tsv
//
// Columns: schema, values, the text of Helm's error without the chart's name as a JSON string. Go visits maps in random
// order, so lines and lists of names are sorted; the reader does the same.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	neturl "net/url"
	"os"
	"sort"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const url = "file:///values.schema.json"

var r *rand.Rand

func pick[T any](from ...T) T { return from[r.Intn(len(from))] }

type object = map[string]any

func name() string { return pick("a", "b", "c", "port", "x/y", "it's") }

func scalar() any {
	return pick[any](nil, true, false, 0, 1, -1, 1.5, 2, 10, 1000, 1234567, 1e21, 0.1, 3.0, "", "a", "abc", "x y", "A'b\"c", "é",
		"127.0.0.1", "::1", "2020-02-30", "2020-01-01", "12:00:00Z", "2020-01-01T00:00:60Z", "http://a.b/c", "a@b.c", "1.2.3", "P1D",
		"host-name", "not a host", "/a/b", "550e8400-e29b-41d4-a716-446655440000", "[", "^a", "%zz", "x:y",
		"http://[::1]:80/x", "http://[::g]/", "http://a:b", "a b:c", "http://a b/", "/{x}/{", "/{x}", "//h/%7b{", "fe80::1%eth0", "01.2.3.4", "1.2.3.4.5", "a\\b", "::ffff:1.2.3.4")
}

func value(depth int) any {
	n := 8
	if depth > 3 {
		n = 5
	}
	switch k := r.Intn(n); {
	case k < 5:
		return scalar()
	case k == 5:
		l := []any{}
		for i := r.Intn(4); i > 0; i-- {
			l = append(l, value(depth+1))
		}
		return l
	}
	m := object{}
	for i := r.Intn(4); i > 0; i-- {
		m[name()] = value(depth + 1)
	}
	return m
}

func list(depth int) []any {
	l := []any{}
	for i := 1 + r.Intn(3); i > 0; i-- {
		l = append(l, schema(depth+1))
	}
	return l
}

func schemas(depth int) object {
	m := object{}
	for i := r.Intn(4); i > 0; i-- {
		m[name()] = schema(depth + 1)
	}
	return m
}

func names() []any {
	l := []any{}
	for _, n := range []string{"a", "b", "c", "port", "it's"} {
		if r.Intn(3) == 0 {
			l = append(l, n)
		}
	}
	return l
}

func typeName() any {
	t := func() any {
		return pick("null", "boolean", "number", "integer", "string", "array", "object", "object", "string")
	}
	if r.Intn(4) == 0 {
		return []any{t(), pick("null", "string")}
	}
	return t()
}

// schema is a schema of no draft in particular: each takes what it knows.
func schema(depth int) any {
	if r.Intn(12) == 0 {
		return pick[any](true, false, object{})
	}
	s := object{}
	n := 1 + r.Intn(3)
	for i := 0; i < n; i++ {
		k := r.Intn(56)
		if depth > 3 && k < 28 {
			k = 28 + r.Intn(28)
		}
		switch k {
		case 0, 1, 2, 3, 4:
			s["properties"] = schemas(depth)
		case 5:
			s["patternProperties"] = object{pick("^a", "b", "[a-c]", "o.*t$"): schema(depth + 1)}
		case 6, 7:
			s["additionalProperties"] = pick[any](false, false, true, schema(depth+1))
		case 8:
			s["propertyNames"] = schema(depth + 1)
		case 9:
			s["items"] = pick[any](schema(depth+1), list(depth))
		case 10:
			s["additionalItems"] = pick[any](false, schema(depth+1))
		case 11:
			s["prefixItems"] = list(depth)
		case 12:
			s["contains"] = schema(depth + 1)
			if r.Intn(2) == 0 {
				s[pick("minContains", "maxContains")] = r.Intn(3)
			}
		case 13:
			s["not"] = schema(depth + 1)
		case 14, 15:
			s["allOf"] = list(depth)
		case 16, 17:
			s["anyOf"] = list(depth)
		case 18, 19:
			s["oneOf"] = list(depth)
		case 20, 21:
			s["if"] = schema(depth + 1)
			s["then"] = schema(depth + 1)
			s["else"] = schema(depth + 1)
		case 22:
			s["dependencies"] = object{name(): pick[any](names(), schema(depth+1))}
		case 23:
			s["dependentSchemas"] = object{name(): schema(depth + 1)}
		case 24:
			s["dependentRequired"] = object{name(): names()}
		case 25:
			s["unevaluatedProperties"] = pick[any](false, schema(depth+1))
		case 26:
			s["unevaluatedItems"] = pick[any](false, schema(depth+1))
		case 27:
			s["$defs"] = object{"d": schema(depth + 1)}
		case 28, 29, 30, 31, 32, 33:
			s["type"] = typeName()
		case 34:
			s["enum"] = []any{scalar(), scalar(), scalar()}
		case 35:
			s["const"] = value(2)
		case 36:
			s[pick("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")] = pick[any](0, 1, 5, 1.5, 1000, 1e6, -1e-7)
		case 37:
			s["multipleOf"] = pick[any](2, 0.1, 3, 1000)
		case 38, 39:
			s[pick("minLength", "maxLength")] = r.Intn(4)
		case 40:
			s["pattern"] = pick("^a", "b$", "^[a-z]+$", "\\d", ".")
		case 41, 42:
			s[pick("minItems", "maxItems", "minProperties", "maxProperties")] = r.Intn(3)
		case 43:
			s["uniqueItems"] = true
		case 44, 45, 46, 47:
			s["required"] = names()
		case 48, 49:
			s["format"] = pick("date", "date-time", "time", "ipv4", "ipv6", "hostname", "email", "uri", "uri-reference", "uuid", "semver",
				"duration", "json-pointer", "relative-json-pointer", "regex", "period", "uri-template", "unknown")
		case 50, 51:
			s["$ref"] = pick("#", "#/definitions/d", "#/definitions/e", "#/properties/a", "#anchor", "#/definitions/e/items", "other#/x")
		case 52:
			s["$dynamicRef"] = pick("#anchor", "#/definitions/d")
		case 53:
			s[pick("title", "description", "$comment")] = "text"
		case 54:
			s["default"] = scalar()
		case 55:
			// A mistake.
			s[pick("type", "required", "properties", "minimum", "pattern", "items", "enum", "$ref", "allOf", "$id", "format")] =
				pick[any](1, "strin", []any{}, object{}, -1, "(", nil, []any{"a", "a"}, true, "#nope", "a b")
		}
	}
	return s
}

func document() any {
	s, ok := schema(0).(object)
	if !ok {
		return true
	}
	if r.Intn(3) > 0 {
		s["$schema"] = pick("http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-06/schema#",
			"http://json-schema.org/draft-07/schema#", "http://json-schema.org/draft-07/schema",
			"https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema",
			"http://json-schema.org/schema", "urn:x:y")
	}
	e := object{"type": "object", "properties": object{"a": object{"$ref": "#/definitions/d"}}}
	if r.Intn(3) == 0 {
		e["$id"] = pick("other", "#anchor", "http://a.b/c")
	}
	d, _ := schema(2).(object)
	if d != nil && r.Intn(2) == 0 {
		d[pick("$anchor", "$dynamicAnchor", "$id", "id")] = pick("anchor", "#anchor")
	}
	s["definitions"] = object{"d": pick[any](d, schema(2)), "e": e}
	if d == nil {
		s["definitions"] = object{"d": true, "e": e}
	}
	return s
}

type offline struct{}

func (offline) Load(u string) (any, error) {
	switch {
	case strings.HasPrefix(u, "urn:"):
		return true, nil
	case strings.HasPrefix(u, "file://"):
		path, _ := neturl.PathUnescape(strings.TrimPrefix(u, "file://"))
		return nil, fmt.Errorf("open %s: no such file or directory", path)
	}
	return nil, fmt.Errorf("HTTP request failed for %s: Get %q: rendering does not use the network", u, u)
}

// validate is Helm's ValidateAgainstSingleSchema.
func validate(text []byte, values any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("unable to validate schema: %s", p)
		}
	}()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(offline{})
	if err := c.AddResource(url, doc); err != nil {
		return err
	}
	s, err := c.Compile(url)
	if err != nil {
		return err
	}
	if err := s.Validate(values); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "jsonschema validation failed with '"+url+"#'\n") + "\n")
	}
	return nil
}

// settled is the text without what depends on the order of maps.
func settled(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if head, tail, ok := strings.Cut(line, "additional properties "); ok {
			if names, tail, ok := strings.Cut(tail, " not allowed"); ok {
				list := strings.Split(names, ", ")
				sort.Strings(list)
				lines[i] = head + "additional properties " + strings.Join(list, ", ") + " not allowed" + tail
			}
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func main() {
	seed, _ := strconv.Atoi(os.Args[1])
	count, _ := strconv.Atoi(os.Args[2])
	r = rand.New(rand.NewSource(int64(seed)))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for i := 0; i < count; i++ {
		text, _ := json.Marshal(document())
		v, ok := value(0).(object)
		for !ok {
			v, ok = value(0).(object)
		}
		values, _ := json.Marshal(v)
		var decoded any
		json.Unmarshal(values, &decoded)
		message := ""
		first := ""
		stable := true
		// A schema with several mistakes fails by any of them.
		for try := 0; try < 6; try++ {
			message = ""
			if err := validate(text, decoded); err != nil {
				message = settled(err.Error())
			}
			if try == 0 {
				first = message
			}
			stable = stable && message == first
		}
		if stable {
			quoted, _ := json.Marshal(message)
			fmt.Fprintf(out, "%s\t%s\t%s\n", text, values, quoted)
		}
	}
}
