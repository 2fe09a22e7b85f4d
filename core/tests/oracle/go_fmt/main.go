// Records what Go's fmt and strconv print for random inputs, one case a line, for core/tests/go_fmt.rs.
//
//	go run main.go SEED COUNT > ../../fixtures/go_fmt/cases.tsv
//	GOEXPERIMENT=jsonv2 go run main.go SEED COUNT json > ../../fixtures/go_fmt/json_v2.tsv
//
// The second line records encoding/json alone, in its rewritten generation, which Go 1.27 makes the only one.
//
// Columns: kind, inputs, expected text. Texts are in hexadecimal, values in the notation of encode.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os"
	"sort"
	"strconv"
	"strings"
)

var r *rand.Rand

func encode(v any) string {
	switch v := v.(type) {
	case nil:
		return "n"
	case bool:
		return fmt.Sprintf("o%t", v)
	case int:
		return fmt.Sprintf("i%d", v)
	case int64:
		return fmt.Sprintf("l%d", v)
	case uint64:
		return fmt.Sprintf("u%d", v)
	case uint8:
		return fmt.Sprintf("b%d", v)
	case float64:
		return fmt.Sprintf("f%x", math.Float64bits(v))
	case complex128:
		return fmt.Sprintf("c%x/%x", math.Float64bits(real(v)), math.Float64bits(imag(v)))
	case string:
		return "s" + hex.EncodeToString([]byte(v))
	case []byte:
		return "y" + hex.EncodeToString(v)
	case []any:
		parts := []string{}
		for _, e := range v {
			parts = append(parts, encode(e))
		}
		return "L(" + strings.Join(parts, " ") + ")"
	case map[string]any:
		parts := []string{}
		for k := range v {
			parts = append(parts, encode(k)+" "+encode(v[k]))
		}
		sort.Strings(parts)
		return "M(" + strings.Join(parts, " ") + ")"
	}
	panic(fmt.Sprintf("%T", v))
}

func pick[T any](from ...T) T { return from[r.Intn(len(from))] }

func float() float64 {
	switch r.Intn(6) {
	case 0:
		return pick(0, math.Copysign(0, -1), 1, -1, 0.5, 2.5, 3.5, 1e6, 1e21, 999999, 1e-5, 5e-324, math.MaxFloat64,
			math.Inf(1), math.Inf(-1), math.NaN(), 0.1, 2.675, 123456789, 1e23, 9007199254740993)
	case 1:
		return float64(r.Intn(2000000) - 1000000)
	case 2:
		return float64(r.Intn(200000)-100000) / 1000
	case 3:
		return float64(r.Intn(1<<20)) / float64(int(1)<<r.Intn(20)) // ties
	case 4:
		return r.NormFloat64() * math.Pow(10, float64(r.Intn(40)-20))
	}
	return math.Float64frombits(r.Uint64())
}

func text() string {
	switch r.Intn(4) {
	case 0:
		return pick("", "a", "hello", "a\"b", "it's", "line\nbreak", "tab\t", "`tick`", "\\", "é", "日本語", "😀", "\u2028", "\u00a0",
			"\ufeff", "\xff", "a\xf0\x9f\x98b", "\x00\x7f", "\u200b", "\ud7ff", "\U0010ffff", "\U000e0001")
	case 1:
		b := make([]byte, r.Intn(8))
		r.Read(b)
		return string(b)
	case 2:
		s := ""
		for i := r.Intn(5); i > 0; i-- {
			s += string(rune(r.Intn(0x3000)))
		}
		return s
	}
	return strings.Repeat(pick("a", "b ", "ü", "\n"), r.Intn(6)) + pick("x", "<y>", "%")
}

func value(depth int) any {
	n := 12
	if depth > 2 {
		n = 10
	}
	switch r.Intn(n) {
	case 0:
		return nil
	case 1:
		return r.Intn(2) == 0
	case 2:
		return pick(0, 1, -1, 65, 8, 255, 0xd800, 0x10ffff, 0x110000, 0x1f600, 10, 1234567, math.MinInt64, math.MaxInt64, r.Intn(1000)-500)
	case 3:
		return pick[int64](3, -70000, math.MinInt64, r.Int63())
	case 4:
		return pick[uint64](0, 7, math.MaxUint64, r.Uint64())
	case 5:
		return uint8(r.Intn(256))
	case 6, 7:
		return float()
	case 8:
		return text()
	case 9:
		if r.Intn(2) == 0 {
			return []byte(text())
		}
		return complex(float(), float())
	case 10:
		l := []any{}
		for i := r.Intn(4); i > 0; i-- {
			l = append(l, value(depth+1))
		}
		return l
	}
	m := map[string]any{}
	for i := r.Intn(4); i > 0; i-- {
		m[text()] = value(depth + 1)
	}
	return m
}

func number() string {
	return pick("", "", "", "0", "1", "2", "3", "5", "8", "12", "20", "*", "[1]*", "[2]*", "[9]*", "[x]")
}

func directive() string {
	s := "%"
	for i := r.Intn(3); i > 0; i-- {
		s += pick("#", "0", "+", "-", " ")
	}
	if r.Intn(3) == 0 {
		s += pick("[1]", "[2]", "[3]", "[0]", "[]", "[", "[a]", "[1", "[-1]", "[99999999]")
	}
	if r.Intn(2) == 0 {
		s += number()
	}
	if r.Intn(2) == 0 {
		s += "." + number()
	}
	if r.Intn(12) == 0 {
		s += pick("[1]", "[2]", "[3]")
	}
	return s + pick("v", "v", "s", "s", "d", "d", "q", "x", "X", "t", "b", "o", "O", "c", "U", "e", "E", "f", "F", "g", "G", "T",
		"%", "z", "w", "é", "\xff", "!", "i", "u", "")
}

// document is JSON, more or less.
func document(depth int) string {
	space := func() string { return pick("", "", "", " ", "\n", "\t ") }
	n := 9
	if depth > 3 {
		n = 7
	}
	switch r.Intn(n) {
	case 0:
		return pick("null", "true", "false")
	case 1, 2:
		return pick("0", "-0", "1", "-1.5", "12345678901234567890", "1e3", "1E-7", "0.1", "5e-324", "123456789.125", "-1e+20")
	case 3, 4, 5, 6:
		s := "\""
		for i := r.Intn(4); i > 0; i-- {
			s += pick("a", "b c", "é", "😀", "<&>", `\n`, `\"`, `\\`, `\/`, `\u00e9`, `\ud83d\ude00`, `\ud800`, `\udc00x`, `\ud800\u0041`,
				"\xff", "\xf0\x9f", "\u2028", "\x7f", `\b\f\r\t`, "~/.", "7")
		}
		return s + "\""
	case 7:
		parts := []string{}
		for i := r.Intn(4); i > 0; i-- {
			parts = append(parts, space()+document(depth+1)+space())
		}
		return "[" + strings.Join(parts, ",") + space() + "]"
	}
	parts := []string{}
	for i := r.Intn(4); i > 0; i-- {
		parts = append(parts, space()+pick(`"a"`, `"b"`, `"a/b~c"`, `"5"`, `""`, `"\u0061"`, "\"\xff\"")+space()+":"+space()+document(depth+1))
	}
	return "{" + strings.Join(parts, ",") + space() + "}"
}

// damaged is a document with a few bytes lost, changed or added.
func damaged() string {
	s := document(0)
	for i := r.Intn(3); i > 0 && len(s) > 0; i-- {
		at := r.Intn(len(s))
		switch r.Intn(4) {
		case 0:
			s = s[:at]
		case 1:
			s = s[:at] + s[at+1:]
		default:
			s = s[:at] + pick("x", ",", ":", "]", "}", "[", "{", "\"", "\\", "'", "`", "1", "-", ".", "e", "\x01", "\n", "\xff", "é", "\u2028",
				"t", "nul", "\\u", `\q`, `\u12`, "\x00", " ", "1e400") + s[at+r.Intn(2):]
		}
	}
	return s
}

func decoded(s string) string {
	m, l := map[string]any{}, []any{}
	errM, errL := json.Unmarshal([]byte(s), &m), json.Unmarshal([]byte(s), &l)
	var a, p any
	errA := json.Unmarshal([]byte(s), &a)
	d := json.NewDecoder(strings.NewReader(s))
	errP := d.Decode(&p)
	at := d.InputOffset()
	if errP != nil {
		at, p = -1, nil
	}
	if strings.Contains(fmt.Sprint(errA), "cannot unmarshal number") {
		// What is left in such a number's place has changed between releases.
		m, l, a = nil, nil, nil
	}
	return fmt.Sprintf("%v|%#v|%v|%#v|%v|%#v|%v|%#v|%d", errM, m, errL, l, errA, a, errP, p, at)
}

func encoded(v any) string {
	html, errH := json.Marshal(v)
	pretty, _ := json.MarshalIndent(v, "", "  ")
	raw := new(bytes.Buffer)
	enc := json.NewEncoder(raw)
	enc.SetEscapeHTML(false)
	enc.Encode(&v)
	return fmt.Sprintf("%s|%v|%s|%s", html, errH, pretty, strings.TrimSuffix(raw.String(), "\n"))
}

func main() {
	seed, _ := strconv.Atoi(os.Args[1])
	count, _ := strconv.Atoi(os.Args[2])
	r = rand.New(rand.NewSource(int64(seed)))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	h := func(s string) string { return hex.EncodeToString([]byte(s)) }
	for i := 0; i < count; i++ {
		kind := r.Intn(11)
		if len(os.Args) > 3 {
			kind = pick(8, 9, 9)
		}
		switch kind {
		case 8:
			v := value(0)
			fmt.Fprintf(out, "encode\t%s\t%s\n", encode(v), h(encoded(v)))
		case 9:
			s := damaged()
			fmt.Fprintf(out, "decode\t%s\t%s\n", h(s), h(decoded(s)))
		case 0:
			x, f, p, b := float(), pick('e', 'E', 'f', 'g', 'G', 'b', 'x', 'X'), r.Intn(22)-1, pick(32, 64)
			fmt.Fprintf(out, "float\t%x %c %d %d\t%s\n", math.Float64bits(x), f, p, b, h(strconv.FormatFloat(x, byte(f), p, b)))
		case 1:
			s := text()
			fmt.Fprintf(out, "quote\t%s\t%s %s\n", h(s), h(strconv.Quote(s)), h(strconv.QuoteToASCII(s)))
		case 2:
			s := pick("", "+", "-", "") + pick("", "", "0x", "0b", "0o", "0", "0X", "0_")
			for i := r.Intn(8); i > 0; i-- {
				s += pick("0", "1", "7", "9", "_", "f", ".", "e", "p", "5", "-", "123", "12345678901234567890")
			}
			fl := func(x float64, err error) string {
				if err != nil {
					return h(err.Error())
				}
				return fmt.Sprintf("%x", math.Float64bits(x))
			}
			in := func(x int64, err error) string {
				if err != nil {
					return h(err.Error())
				}
				return strconv.FormatInt(x, 10)
			}
			x, err := strconv.ParseFloat(s, 64)
			y, err1 := strconv.ParseFloat(s, 32)
			i0, err2 := strconv.ParseInt(s, 0, 64)
			i10, err3 := strconv.ParseInt(s, 10, 32)
			fmt.Fprintf(out, "parse\t%s\t%s %s %s %s\n", h(s), fl(x, err), fl(y, err1), in(i0, err2), in(i10, err3))
		default:
			f := ""
			for i := 1 + r.Intn(2); i > 0; i-- {
				f += pick("", "a", "ü=") + directive()
			}
			args := []any{}
			for i := r.Intn(4); i > 0; i-- {
				args = append(args, value(0))
			}
			fmt.Fprintf(out, "printf\t%s %s\t%s\n", "s"+h(f), encode(args), h(fmt.Sprintf(f, args...)))
		}
	}
}
