// Records what Go and the libraries Helm is built with answer to random regular expressions, versions, globs and
// URLs: `go run . regexp|semver|glob|match|url CASES SEED`. The lines are described in ../../fixtures/go_text/README.md.
package main

import (
	"bufio"
	"fmt"
	"math/rand"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	semver33 "a.test/semver/v3"
	semver34 "b.test/semver/v3"
	semver35 "c.test/semver/v3"
	"github.com/gobwas/glob"
)

var out = bufio.NewWriter(os.Stdout)

func emit(kind string, fields ...string) {
	out.WriteString(kind)
	for _, field := range fields {
		out.WriteString("\t" + strconv.Quote(field))
	}
	out.WriteString("\n")
}

func pick(r *rand.Rand, a []string) string { return a[r.Intn(len(a))] }
func many(r *rand.Rand, a []string, max int) string {
	n := r.Intn(max + 1)
	s := ""
	for i := 0; i < n; i++ {
		s += pick(r, a)
	}
	return s
}

// Versions and constraints.

var nums = []string{"0", "0", "1", "1", "2", "2", "3", "10", "01", "x", "*", "X", "99999999999999999999", "|"}
var versionNums = []string{"0", "0", "1", "1", "2", "2", "3", "10", "01"}
var pres = []string{"", "", "", "", "-alpha", "-alpha.1", "-0", "-1", "-beta.2", "-beta.11", "-01", "-a.b-c", "-", "-rc.1.x", "-99999999999999999999"}
var metas = []string{"", "", "", "", "+meta", "+1.2", "+", "+a..b"}

func ver(r *rand.Rand, n []string) string {
	s := pick(r, []string{"", "", "", "v", "v", "V"})
	if r.Intn(3) > 0 {
		s = ""
	}
	s += pick(r, n)
	k := r.Intn(5)
	if k > 0 {
		s += "." + pick(r, n)
	}
	if k > 1 {
		s += "." + pick(r, n)
	}
	if r.Intn(40) == 0 {
		s += "." + pick(r, n)
	}
	s += pick(r, pres) + pick(r, metas)
	if r.Intn(300) == 0 {
		s += pick(r, []string{" ", "\n", "x", "é", "."})
	}
	return s
}

var ops = []string{"", "", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^", "^", "~", "==", "!"}

func constraint(r *rand.Rand) string {
	s := ""
	for i, n := 0, 1+r.Intn(3); i < n; i++ {
		if i > 0 {
			s += pick(r, []string{" || ", "||", " ||", "|| "})
		}
		for j, m := 0, 1+r.Intn(3); j < m; j++ {
			if j > 0 {
				s += pick(r, []string{" ", ", ", ",", " , ", "  ", "\t", " "})
			}
			if r.Intn(8) == 0 {
				s += ver(r, nums) + pick(r, []string{" - ", " - ", "  -  ", "- ", " -", "-"}) + ver(r, nums)
			} else {
				s += pick(r, ops) + pick(r, []string{"", "", "", " ", "  "}) + ver(r, nums)
			}
		}
	}
	if r.Intn(20) == 0 {
		s = " " + s + " "
	}
	if r.Intn(60) == 0 {
		s += pick(r, []string{",", "||", "x", "\"", "é", " - "})
	}
	return s
}

func semvers(r *rand.Rand) {
	c, v, w := constraint(r), ver(r, versionNums), ver(r, versionNums)
	if r.Intn(2) == 0 {
		c = pick(r, ops) + ver(r, nums)
	}
	answers := []string{c, v, w}
	{
		cc, err := semver33.NewConstraint(c)
		vv, err2 := semver33.NewVersion(v)
		ww, err3 := semver33.NewVersion(w)
		answers = append(answers, show(err, err2, err3, func() string {
			answer := fmt.Sprintf("%v %v %v %v", cc.Check(vv), vv.Compare(ww), vv.String(), vv.Original())
			return answer
		}))
	}
	{
		cc, err := semver34.NewConstraint(c)
		vv, err2 := semver34.NewVersion(v)
		ww, err3 := semver34.NewVersion(w)
		answers = append(answers, show(err, err2, err3, func() string {
			answer := fmt.Sprintf("%v %v %v %v", cc.Check(vv), vv.Compare(ww), vv.String(), vv.Original())
			return answer
		}))
	}
	{
		cc, err := semver35.NewConstraint(c)
		vv, err2 := semver35.NewVersion(v)
		ww, err3 := semver35.NewVersion(w)
		answers = append(answers, show(err, err2, err3, func() string {
			answer := fmt.Sprintf("%v %v %v %v", cc.Check(vv), vv.Compare(ww), vv.String(), vv.Original())
			next := vv.IncPatch()
			return answer + " " + next.Original()
		}))
	}
	strict := "ok"
	if _, err := semver35.StrictNewVersion(v); err != nil {
		strict = err.Error()
	}
	emit("semver", append(answers, strict)...)
}

func show(e1, e2, e3 error, f func() string) string {
	for _, e := range []error{e1, e2, e3} {
		if e != nil {
			return "E" + e.Error()
		}
	}
	return try(f)
}
func try(f func() string) (s string) {
	defer func() {
		if e := recover(); e != nil {
			s = fmt.Sprint(e)
		}
	}()
	return f()
}

// Globs.

var globParts = []string{"a", "b", "c", "ab", "*", "*", "**", "?", "[", "]", "!", "-", "\\", "/", "é", "[a-c]", "[!a]", "[!ab]", "[!/]", "[abé]", ".", "{", "}", ",", "{a,b}", "{*,b}", "{a*b,a*c}", "{a,ab}c", "\xff", "{}", "*.yaml", "{", ",", "}", "{", ",", "}"}
var nameParts = []string{"a", "b", "c", "/", "é", ".", "-", "]", "a", "b", "ab", ".yaml", "!", ",", "\xff"}
var matchParts = []string{"a", "b", "c", "*", "*", "?", "[", "]", "^", "-", "\\", "/", "é", "\xff", "[a-c]", "[^a]", ".", "*.", "\uFFFD"}

func globs(r *rand.Rand) {
	p, n := many(r, globParts, 9), many(r, nameParts, 8)
	g, err := glob.Compile(p, '/')
	if err != nil {
		emit("glob", p, n, "E"+err.Error())
		return
	}
	emit("glob", p, n, answer(g, n))
}

func answer(g glob.Glob, name string) (s string) {
	defer func() {
		if e := recover(); e != nil {
			s = "P" + fmt.Sprint(e)
		}
	}()
	return fmt.Sprint(g.Match(name))
}

func matches(r *rand.Rand) {
	p, n := many(r, matchParts, 7), many(r, nameParts, 6)
	ok, err := filepath.Match(p, n)
	if err != nil {
		emit("match", p, n, err.Error())
		return
	}
	emit("match", p, n, fmt.Sprint(ok))
}

// Regular expressions.

var ratoms = []string{"a", "b", "c", "ab", "k", "s", "é", "\\.", ".", ".", "[a-c]", "[^a]", "[^a-c\\n]", "\\d", "\\w", "\\s", "\\W", "\\D", "\\S", "[[:alpha:]]", "[[:^digit:]x]", "\\pL", "\\p{Greek}", "\\P{Lu}", "^", "$", "\\b", "\\B", "\\A", "\\z", "\\n", "1", "-", " ", "\\Qa.b\\E", "\\x41", "\\x{e9}", "α", "ſ", "[k-s]", "(?i)", "(?m)", "(?s)", "(?U)", "(?i:k)", "(?i:s)", "(?m:^a$)", "", "[\\w-]", "[é-ü]", "\\101", "\\x{FFFD}", "[^\\x00-\\x{10FFFF}]", "(?i:[^k])", "[\\pL\\d]", "(?i:é)", "(?i:\\p{Lu})", "K"}
var bad = []string{"(", ")", "[", "]", "{", "}", "*", "+", "?", "\\", "\\8", "\\C", "(?z)", "(?P<", "(?P<n>", "(?<n>", "(?P<n>a)", "(?=a)", "[b-a]", "[[:foo:]]", "\\p{X}", "\\pq", "\\p", "\\x", "\\x{", "\\x{g}", "\\x1", "{1,2}", "{2", "{,3}", "{1001}", "{2,1}", "{00}", "\\Q", "\\E", "(?", "(?-i", "(?i-s:", "(?-)", "\xff", "|", "||", "^*", "\\b+", "[^", "[]a]", "[a-\\d]", "[\\d-z]", "[a\\", "{1000}", "\\_", "\\-", "\\é", "(?i-i)", "(?i--s)", "{500}{2}", "(?P<a b>x)", "(?P<>x)", "[[:", "[[:alpha:", "\\p{^Greek}", "\\p{Lu", "\\p{lu}", "\\p{ASCII}", "\\pN"}

func rre(r *rand.Rand, d int, b bool) string {
	switch k := r.Intn(12); {
	case d <= 0 || k < 4:
		if b && r.Intn(6) == 0 {
			return pick(r, bad)
		}
		return pick(r, ratoms)
	case k < 7:
		return rre(r, d-1, b) + rre(r, d-1, b)
	case k < 8:
		return rre(r, d-1, b) + "|" + rre(r, d-1, b)
	case k < 9:
		return "(" + rre(r, d-1, b) + ")"
	case k < 10:
		return "(?:" + rre(r, d-1, b) + ")" + pick(r, []string{"*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}", "{0}"})
	case k < 11:
		return "(" + rre(r, d-1, b) + ")" + pick(r, []string{"*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}", "{0}"})
	default:
		return pick(r, ratoms) + pick(r, []string{"*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?"}) + rre(r, d-1, b)
	}
}

var rtext = []string{"a", "b", "c", "a", "b", "ab", "k", "K", "s", "S", "ſ", "K", "é", "É", "\n", " ", "1", "-", ".", "A", "α", "Σ", "σ", "ς", "x", "\xff", "\xe2\x82", "\uFFFD", "a.b"}
var rrepl = []string{"", "x", "$0", "$1", "${1}", "$2x", "${2}x", "$$", "$", "<$0>", "$n", "${n}", "${", "é", "$é", "-"}

func regexps(r *rand.Rand) {
	p := rre(r, 5, r.Intn(2) == 0)
	re, err := regexp.Compile(p)
	if err != nil {
		// Errors are text in our port: a bad byte is shown as U+FFFD.
		emit("recompile", p, string([]rune(err.Error())))
		return
	}
	s, repl, n := many(r, rtext, 9), many(r, rrepl, 3), r.Intn(6)-2
	emit("regexp", p, s, repl, fmt.Sprint(n), fmt.Sprint(re.FindAllStringSubmatchIndex(s, -1)),
		re.ReplaceAllString(s, repl), re.ReplaceAllLiteralString(s, repl), fmt.Sprintf("%q", re.Split(s, n)),
		fmt.Sprint(re.FindAllStringIndex(s, n)), fmt.Sprint(re.FindStringIndex(s)), fmt.Sprint(re.MatchString(s)),
		re.ReplaceAllString("", repl))
}

// URLs.

var uparts = []string{"http", "https", "x", "HTTP", ":", ":", "/", "/", "//", "//", "///", "@", "a", "b.c", "host", "8080", ":80", "?", "q=1", "&", "#", "f", "%20", "%", "%4", "%zz", "%41", "%2f", "%25", "%C3%A9", "é", "\xff", " ", "\n", "\x7f", "[", "]", "[::1]", "[fe80::1%25en0]", "[1.2.3.4]", "::1", "%25e n", "*", "+", ";", "~", "!", "$", "'", "(", "u:p", "mailto", "1", ".", "..", "-", "\"", "<", "|", "^", "`", "{", "\\"}
var utmpl = []string{"http://", "https://", "x://", "http://u@", "http://u:p@", "//", "", "", "x:", "http://[", "x:/"}
var ips = []string{"1", "::", ":", "ffff", "0", "1.2.3.4", ".", "abcde", "%25z", "g", "01.2.3.4", "256.1.1.1", "1.2.3", "%", "2001:db8", "%20"}

func urls(r *rand.Rand) {
	s := pick(r, utmpl) + many(r, uparts, 8)
	if r.Intn(6) == 0 {
		s = "http://[" + many(r, ips, 9) + "]" + pick(r, []string{"", "/", ":80", ":x", "/p"})
	}
	u, err := url.Parse(s)
	if err != nil {
		emit("url", s, err.Error())
		return
	}
	emit("url", s, "ok", u.Scheme, u.Host, u.Hostname(), u.Path, u.RawQuery, u.Opaque, u.Fragment, u.User.String(),
		u.String(), u.RawPath, u.RawFragment)
	v := url.URL{
		Scheme: pick(r, []string{"", "http", "mailto"}), Host: many(r, uparts, 2), Path: many(r, uparts, 4),
		RawQuery: many(r, uparts, 2), Opaque: pick(r, []string{"", "", "", "op"}), Fragment: many(r, uparts, 2),
		User: u.User,
	}
	emit("join", v.Scheme, v.Host, v.Path, v.RawQuery, v.Opaque, v.Fragment, s, v.String())
}

func main() {
	cases, _ := strconv.Atoi(os.Args[2])
	seed, _ := strconv.ParseInt(os.Args[3], 10, 64)
	record := map[string]func(*rand.Rand){
		"regexp": regexps, "semver": semvers, "glob": globs, "match": matches, "url": urls,
	}[os.Args[1]]
	r := rand.New(rand.NewSource(seed))
	for i := 0; i < cases; i++ {
		record(r)
	}
	out.Flush()
}
