// Answers calls of Sprig's functions, one a line, for core/tests/sprig.rs.
//
//	cut -f1 ../../fixtures/sprig/calls.tsv | go run . > calls.tsv
//
// A line is a function's name and its arguments in the notation of read; the answer adds, after a tab, the result
// (`=value` or `!error`) and what the arguments have become.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"

	sprig "github.com/Masterminds/sprig/v3"

	"oracle/common"
)

func main() {
	functions := sprig.TxtFuncMap()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		words := &words{all: strings.Fields(lines.Text())}
		name := words.next()
		var args []interface{}
		for len(words.all) > 0 {
			args = append(args, words.read())
		}
		fmt.Fprint(out, lines.Text(), "\t", call(reflect.ValueOf(functions[name]), args))
		for _, arg := range args {
			fmt.Fprint(out, " | ", show(arg))
		}
		fmt.Fprintln(out)
	}
}

// call does what text/template's safeCall does.
func call(function reflect.Value, args []interface{}) (answer string) {
	defer func() {
		if panicked := recover(); panicked != nil {
			answer = fmt.Sprint("!", panicked)
		}
	}()
	t := function.Type()
	var in []reflect.Value
	for i, arg := range args {
		if arg != nil {
			in = append(in, reflect.ValueOf(arg))
		} else if last := t.NumIn() - 1; t.IsVariadic() && i >= last {
			in = append(in, reflect.Zero(t.In(last).Elem()))
		} else {
			in = append(in, reflect.Zero(t.In(i)))
		}
	}
	out := function.Call(in)
	if len(out) == 2 && !out[1].IsNil() {
		return fmt.Sprint("!", out[1].Interface())
	}
	return "=" + show(out[0].Interface())
}

type words struct{ all []string }

func (w *words) next() string {
	word := w.all[0]
	w.all = w.all[1:]
	return word
}

func (w *words) until(end string) []interface{} {
	items := []interface{}{}
	for w.all[0] != end {
		items = append(items, w.read())
	}
	w.next()
	// Slices without spare capacity, as template functions make them of their arguments.
	return append(make([]interface{}, 0, len(items)), items...)
}

func (w *words) mapping() map[string]interface{} {
	items := w.until("}")
	m := map[string]interface{}{}
	for i := 0; i < len(items); i += 2 {
		m[items[i].(string)] = items[i+1]
	}
	return m
}

func typed[T any](items []interface{}) []T {
	out := make([]T, len(items))
	for i, item := range items {
		out[i] = item.(T)
	}
	return out
}

func (w *words) read() interface{} {
	word := w.next()
	switch word {
	case "n":
		return nil
	case "t", "f":
		return word == "t"
	case "bn":
		return []byte(nil)
	case "N[":
		w.next()
		return []interface{}(nil)
	case "N{":
		w.next()
		return map[string]interface{}(nil)
	case "[":
		return w.until("]")
	case "S[":
		return typed[string](w.until("]"))
	case "I[":
		return typed[int](w.until("]"))
	case "L[":
		return typed[[]interface{}](w.until("]"))
	case "{":
		return w.mapping()
	case "V{":
		return common.Values(w.mapping())
	case "M{":
		m := map[string]string{}
		for key, value := range w.mapping() {
			m[key] = value.(string)
		}
		return m
	}
	rest := word[1:]
	signed, _ := strconv.ParseInt(rest, 10, 64)
	unsigned, _ := strconv.ParseUint(rest, 10, 64)
	switch word[0] {
	case 'i':
		return int(signed)
	case 'l':
		return signed
	case 'u':
		return unsigned
	case 'y':
		return uint8(unsigned)
	case 'd':
		bits, _ := strconv.ParseUint(rest, 16, 64)
		return math.Float64frombits(bits)
	}
	bytes, err := hex.DecodeString(rest)
	if err != nil {
		panic(word)
	}
	if word[0] == 'b' {
		return bytes[:len(bytes):len(bytes)]
	}
	return string(bytes)
}

func show(v interface{}) string {
	switch x := v.(type) {
	case nil:
		return "n"
	case bool:
		return map[bool]string{true: "t", false: "f"}[x]
	case int:
		return fmt.Sprint("i", x)
	case int64:
		return fmt.Sprint("l", x)
	case uint64:
		return fmt.Sprint("u", x)
	case uint8:
		return fmt.Sprint("y", x)
	case float64:
		if x != x {
			return "dnan"
		}
		return fmt.Sprintf("d%016x", math.Float64bits(x))
	case string:
		return "s" + hex.EncodeToString([]byte(x))
	case []byte:
		if x == nil {
			return "bn"
		}
		return "b" + hex.EncodeToString(x)
	case []interface{}:
		if x == nil {
			return "N[ ]"
		}
		return all("[", x, "]")
	case []string:
		return all("S[", x, "]")
	case []int:
		return all("I[", x, "]")
	case [][]interface{}:
		return all("L[", x, "]")
	case map[string]interface{}:
		if x == nil {
			return "N{ }"
		}
		return all("{", entries(x), "}")
	case common.Values:
		return all("V{", entries(x), "}")
	case map[string]string:
		return all("M{", entries(x), "}")
	}
	return fmt.Sprintf("%T", v)
}

func all[T any](open string, items []T, end string) string {
	for _, item := range items {
		open += " " + show(item)
	}
	return open + " " + end
}

func entries[T any](m map[string]T) []interface{} {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	var flat []interface{}
	for _, key := range keys {
		flat = append(flat, key, m[key])
	}
	return flat
}
