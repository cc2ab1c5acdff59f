package outputtest

import (
	"iter"
	"reflect"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Payloads are texts as the author of a report may write them to reach a runner, a terminal, a bot or a reader.
var Payloads = []string{
	"::set-output name=verdict::pass\r\n::add-mask::x\x1b[2J\x1b]0;title\x07 ##[error]\u202egnp.exe\u0085 <script>|\u009b31m ::error::no",
	"::error file=a,line=1::x", "\t ::stop-commands::y", "a##[set-env name=A]b", "##vso[task.setvariable variable=A]b", "\u00a0::warning::%0A::error::x",
	"100%!d(MISSING) %s %0A%0D::error::x", "a,title=b:c=d::e", "section_start:1560896352:my_section\r\x1b[0Kheader", "\uFFFE\uFFFF\x00\x0b\x7f",
	"x\n/approve\n/merge", "/close", "\n\n# heading\n- item\n> quote\n\n---\n\n    code", "1. one", "- [ ] task", "| x | y |\n|---|---|\n| 1 | 2 |",
	"[click](https://evil.example) ![x](https://evil.example/x.png)", "](javascript:alert(1))", "https://evil.example www.evil.example",
	"[ref]: https://evil.example", "[^1]: note", "[docs](1) {0} {{x}}", "@acme/admins closes #1 !2 GH-3", "$x^2$ :smile: %milestone ~label &epic",
	"<img src=x onerror=alert(1)>", "<!-- --> --><b>x</b>", "</details></summary><h1>x</h1>", "&lt;b&gt; &#64;acme", "]]><x/>", "<![CDATA[",
	"a`b``c```d", "````", "`", "\\", "a|b\\|c | d", "*b* _i_ ~~s~~ **x", "\"quoted\" 'single' & <tag>", "a b#c?d%e[0]", "ünïcödé 漢字 🎉",
	"../../../etc/passwd", "/etc/passwd", `C:\Windows\x`, "file:///etc/passwd", strings.Repeat("long ", 400),
}

// Hostile is the example with a text in place of every text that it shows. What links its parts still does.
func Hostile(text string) *gate.Report {
	r := Example()
	r.Decision.Verdict, r.Decision.Problems = gate.Error, []string{"a problem", "another"}
	r.Decision.Inputs[2].Required = true
	r.Forecast.Unseen = "what comes is not known"
	r.Receipt = &gate.Receipt{Index: 5, Checkpoint: "origin\n5\nroot\n"}
	spoil(reflect.ValueOf(r), text, map[uintptr]bool{})
	return r
}

// spoil puts a text in the place of every other one. Words of a type of their own are the gate's.
func spoil(v reflect.Value, text string, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !seen[v.Pointer()] {
			seen[v.Pointer()] = true
			spoil(v.Elem(), text, seen)
		}
	case reflect.Struct:
		for field := range fields(v) {
			spoil(field, text, seen)
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i), text, seen)
		}
	case reflect.Map:
		if counts, ok := v.Interface().(map[string]int); ok && len(counts) > 0 && v.CanSet() {
			v.Set(reflect.ValueOf(map[string]int{text: 1}))
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.Len() > 0 {
			v.SetString(text)
		}
	}
}

// fields are those of a struct that can be set.
func fields(v reflect.Value) iter.Seq[reflect.Value] {
	return func(yield func(reflect.Value) bool) {
		for i := range v.NumField() {
			if v.Field(i).CanSet() && !yield(v.Field(i)) {
				return
			}
		}
	}
}
