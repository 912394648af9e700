package main

import (
	"reflect"
	"strings"
	"testing"
)

func TestShorthand(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	for text, want := range map[string]object{
		`A=b`:                          {"A": "b"},
		`A=b,C=d`:                      {"A": "b", "C": "d"},
		`A=`:                           {"A": ""},
		`A=,B=`:                        {"A": "", "B": ""},
		`A=b c `:                       {"A": "b c"},
		`A=  b`:                        {"A": "b"},
		`A= "q"`:                       {"A": "q"},
		`A=" q " `:                     {"A": " q "},
		`A=b ,C=d`:                     {"A": "b", "C": "d"},
		`A=b, C=d`:                     {"A": "b", "C": "d"},
		" A\t=\n'b'\v\f,\r\nC = d ":    {"A": "b", "C": "d"},
		`A=b\, ,C=d`:                   {"A": "b,", "C": "d"},
		`A=b=,C=c==`:                   {"A": "b=", "C": "c=="},
		`A=b\,c`:                       {"A": "b,c"},
		`A=\,c`:                        {"A": ",c"},
		`A=b\c\`:                       {"A": `b\c\`},
		`A=b[c{`:                       {"A": "b[c{"},
		`A='b,c=d'`:                    {"A": "b,c=d"},
		`A='it\'s',B="\"q\" \\ \n"`:    {"A": "it's", "B": `"q" \ \n`},
		`A='"',B="'"`:                  {"A": `"`, "B": `'`},
		`A='b}]'`:                      {"A": "b}]"},
		`A=''`:                         {"A": ""},
		`userAttributes.custom:a-b_c=`: {"userAttributes.custom:a-b_c": ""},
		`A=ä€,B=` + "b\u2028\u00a0":    {"A": "ä€", "B": "b"},
		`A={B=c,D={E='f}'}},G=h`:       {"A": object{"B": "c", "D": object{"E": "f}"}}, "G": "h"},
		`A={B=c, D=e}`:                 {"A": object{"B": "c", "D": "e"}},
		`A={ B = c , D = e , } `:       {"A": object{"B": "c", "D": "e"}},
		`A={},B={ }`:                   {"A": object{}, "B": object{}},
		`A=[],B=[c],D=[e,'f,g',[h],{I=j}]`: {
			"A": []any{}, "B": []any{"c"},
			"D": []any{"e", "f,g", []any{"h"}, object{"I": "j"}},
		},
		`A=[ b c , "d" , [ ] , ] `:         {"A": []any{"b c", "d", []any{}}},
		`A@=` + file(t, "from a file\r\n"): {"A": "from a file"},
		`A @ = ` + file(t, "b") + ` `:      {"A": "b"},
		`A=file://b`:                       {"A": "file://b"}, // as in the AWS CLI
	} {
		got, err := shorthand(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		``:                       "expected KEY=value; a value with a comma wants quotes (at character 1)",
		`hunter2`:                "expected KEY=value; a value with a comma wants quotes (at character 8)",
		`=hunter2`:               "expected KEY=value",
		`A=b,hunter2`:            "expected KEY=value; a value with a comma wants quotes (at character 12)",
		`A=b,hunter2=c,`:         "expected KEY=value",
		`A=hunter2,`:             "expected KEY=value",
		`A=hunter2,,B=c`:         "expected KEY=value",
		`hunter2=b,hunter2=c`:    "a key is given twice",
		`B={A=1,A=2}`:            "a key is given twice",
		`A='hunter2`:             "a value has no closing quote",
		`hunter2="`:              "a value has no closing quote",
		`A='hunter2\'`:           "a value has no closing quote",
		`A='hunter2'b=c`:         "expected a comma",
		`A=hunter2"c"`:           "expected a comma; a value with brackets or quotes in it wants quotes (at character 10)",
		`A=hunter2'c`:            "expected a comma",
		`A=hunter2]b`:            "expected a comma",
		`A=hunter2}b`:            "expected a comma",
		`A=}`:                    "expected a comma",
		`A==hunter2`:             "expected a comma",
		`A=[hunter2}]`:           "a list has no end",
		`A={B=hunter2]}`:         "expected a comma",
		`A=[hunter2`:             "a list has no end",
		`A=['hunter2'b]`:         "a list has no end",
		`A={B=hunter2`:           "expected a comma",
		`A={`:                    "expected KEY=value",
		`A=[`:                    "a list has no end",
		`A@=hunter2`:             "KEY@= takes file:// and a name",
		`hunter2@=b`:             "KEY@= takes file:// and a name",
		`A@=[hunter2]`:           "KEY@= takes file:// and a name",
		`A@=file://no/such/file`: "open no/such/file: ",
		`A@=` + file(t, "\xff"):  "is not valid UTF-8",

		strings.Repeat("A={", 10_000_000): "lists and objects are nested too deep (at character 303)",
		"A=" + strings.Repeat("[", 101):   "lists and objects are nested too deep (at character 103)",
	} {
		got, err := shorthand(text)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%.50s: got %v, %v, want error %s", text, got, err, want)
		}
	}
}

// TestDepth: what is beside each other is not nested.
func TestDepth(t *testing.T) {
	t.Parallel()
	deep := "A=" + strings.Repeat("[", 100) + strings.Repeat("]", 100)
	if _, err := shorthand(deep + ",B={},C=[{},{}]"); err != nil {
		t.Error(err)
	}
	if _, err := shorthand("A=[" + strings.Repeat("[],", 1000) + "]"); err != nil {
		t.Error(err)
	}
}

// FuzzShorthand: what is read, and written again in quotes, is read as the
// same.
func FuzzShorthand(f *testing.F) {
	f.Add(`A=b,C='d,\'e',F={G="h\\"},I=[j,[k],{L=m\,n}]`)
	f.Add(`A=b,hunter2`)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "@=") {
			t.Skip("reads a file")
		}
		object, err := shorthand(text)
		if err != nil {
			return
		}
		again, err := shorthand(strings.TrimSuffix(strings.TrimPrefix(quote(object), "{"), "}"))
		if err != nil || !reflect.DeepEqual(again, object) {
			t.Fatalf("%q is read as %v, and when written again as %v, %v", text, object, again, err)
		}
	})
}

// quote writes a value in shorthand.
func quote(value any) string {
	switch v := value.(type) {
	case map[string]any:
		var pairs []string
		for key, value := range v {
			pairs = append(pairs, key+"="+quote(value))
		}
		return "{" + strings.Join(pairs, ",") + "}"
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, quote(item))
		}
		return "[" + strings.Join(items, ",") + "]"
	default:
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v.(string)) + "'"
	}
}
