// Records what the YAML libraries of Helm 4.3.1 make of the inputs in core/tests/fixtures/yaml, for core/tests/yaml.rs.
//
//	go run . ../../fixtures/yaml
//
// Each line of read.jsonl and write.jsonl is a JSON array. Its first element is the input and stays; the others are
// answers, and are written anew.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"

	yaml3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// read answers with the text's value as JSON, or with the error.
func read(input json.RawMessage) []string {
	var text string
	must(json.Unmarshal(input, &text))
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return []string{err.Error()}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	must(encoder.Encode(value))
	return []string{string(bytes.TrimSuffix(out.Bytes(), []byte("\n")))}
}

// write answers with the value as toYaml writes it, or its error, and as toYamlPretty does.
func write(input json.RawMessage) []string {
	var value any
	must(json.Unmarshal(input, &value))
	text, err := yaml.Marshal(value)
	if err != nil {
		text = []byte(err.Error())
	}
	var pretty bytes.Buffer
	encoder := yaml3.NewEncoder(&pretty)
	encoder.SetIndent(2)
	must(encoder.Encode(value))
	return []string{string(text), pretty.String()}
}

func main() {
	for name, answer := range map[string]func(json.RawMessage) []string{"read.jsonl": read, "write.jsonl": write} {
		path := filepath.Join(os.Args[1], name)
		lines, err := os.ReadFile(path)
		must(err)
		var out bytes.Buffer
		for _, line := range bytes.Split(bytes.TrimSpace(lines), []byte("\n")) {
			var fields []json.RawMessage
			must(json.Unmarshal(line, &fields))
			fields = fields[:1]
			for _, text := range answer(fields[0]) {
				var field bytes.Buffer
				encoder := json.NewEncoder(&field)
				encoder.SetEscapeHTML(false)
				must(encoder.Encode(text))
				fields = append(fields, bytes.TrimSpace(field.Bytes()))
			}
			out.WriteString("[")
			out.Write(bytes.Join(asBytes(fields), []byte(", ")))
			out.WriteString("]\n")
		}
		must(os.WriteFile(path, out.Bytes(), 0o644))
	}
}

func asBytes(fields []json.RawMessage) (out [][]byte) {
	for _, field := range fields {
		out = append(out, field)
	}
	return out
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
