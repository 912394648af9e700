package main

import (
	"fmt"
	"strings"
	"unicode"
)

// shorthand parses the AWS CLI's shorthand syntax, KEY=value,KEY2=value2, see
// https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html. A
// value is a text, a text in single or double quotes, a list in [], or an object
// in {}; KEY@=file://name takes it from a file. A backslash before a comma, or
// before a quote within quotes, makes it part of the text. White space counts
// within a text only. The AWS CLI is laxer: it takes a@=x, which names no file,
// and a=1,,b=2.
//
// Errors name places and show nothing of the text: what looks like a key can be
// what comes after a comma in a secret.
func shorthand(text string) (map[string]any, error) {
	p := &reader{text: text}
	p.space()
	return p.pairs(0)
}

// reader reads text from at on. What it reads, it reads with the white space
// after it.
type reader struct {
	text  string
	at    int
	depth int // of lists and objects
}

// peek returns the next character, or 0 at the end.
func (p *reader) peek() byte {
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

// skip skips c if it is next.
func (p *reader) skip(c byte) bool {
	if p.at == len(p.text) || p.text[p.at] != c {
		return false
	}
	p.at++
	p.space()
	return true
}

// space skips white space, which is what Python calls so.
func (p *reader) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\n\r\v\f", p.text[p.at]) >= 0 {
		p.at++
	}
}

// done skips the end of what is being read: a closing bracket, or, for 0, the
// end of the text.
func (p *reader) done(end byte) bool {
	if end == 0 {
		return p.at == len(p.text)
	}
	return p.skip(end)
}

func (p *reader) fail(problem string) error {
	return fmt.Errorf("%s (at character %d)", problem, p.at+1)
}

// pairs reads KEY=value, and so on, up to end.
func (p *reader) pairs(end byte) (map[string]any, error) {
	object := make(map[string]any)
	for {
		key := p.key()
		file := p.skip('@')
		if key == "" || !p.skip('=') {
			return nil, p.fail("expected KEY=value; a value with a comma wants quotes")
		}
		if _, twice := object[key]; twice {
			return nil, p.fail("a key is given twice")
		}
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		if file {
			if value, err = p.fromFile(value); err != nil {
				return nil, err
			}
		}
		object[key] = value
		if p.done(end) {
			return object, nil
		}
		if !p.skip(',') {
			return nil, p.fail("expected a comma; a value with brackets or quotes in it wants quotes")
		}
		if end != 0 && p.done(end) { // as the AWS CLI has it
			return object, nil
		}
	}
}

// fromFile returns the text of the file that value names.
func (p *reader) fromFile(value any) (any, error) {
	name, ok := value.(string)
	if !ok || !strings.HasPrefix(name, filePrefix) {
		return nil, p.fail("KEY@= takes file:// and a name")
	}
	return load(name)
}

// key reads a key, which may be empty.
func (p *reader) key() string {
	begin := p.at
	for p.at < len(p.text) && keyCharacter(p.text[p.at]) {
		p.at++
	}
	key := p.text[begin:p.at]
	p.space()
	return key
}

func keyCharacter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.#/:", c) >= 0
}

// value reads a value.
func (p *reader) value() (any, error) {
	switch p.peek() {
	case '\'', '"':
		return p.quoted()
	case '{', '[':
		return p.nested()
	default:
		return p.plain(), nil
	}
}

// maxDepth bounds how deep lists and objects may be nested. The request has
// three levels.
const maxDepth = 100

// nested reads an object or a list.
func (p *reader) nested() (value any, err error) {
	if p.depth == maxDepth {
		return nil, p.fail("lists and objects are nested too deep")
	}
	p.depth++
	defer func() { p.depth-- }()
	switch {
	case p.skip('['):
		return p.list()
	case p.skip('{') && p.skip('}'):
		return map[string]any{}, nil
	default:
		return p.pairs('}')
	}
}

// quoted reads a text in quotes.
func (p *reader) quoted() (string, error) {
	var b strings.Builder
	quote := p.text[p.at]
	for p.at++; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		if p.skip(quote) {
			return b.String(), nil
		}
		if c == '\\' && p.at+1 < len(p.text) && (p.text[p.at+1] == quote || p.text[p.at+1] == '\\') {
			p.at++
			c = p.text[p.at]
		}
		b.WriteByte(c)
	}
	return "", p.fail("a value has no closing quote")
}

// plain reads a text without quotes, which is empty if it would begin with "=".
// It ends before a comma, a quote or a closing bracket, and its last character
// is no white space.
func (p *reader) plain() string {
	var b strings.Builder
	for begin := p.at; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		if strings.IndexByte(`,'"]}`, c) >= 0 || c == '=' && p.at == begin {
			break
		}
		if c == '\\' && strings.HasPrefix(p.text[p.at:], `\,`) {
			p.at++
			c = ','
		}
		b.WriteByte(c)
	}
	return strings.TrimRightFunc(b.String(), unicode.IsSpace)
}

// list reads the rest of a list.
func (p *reader) list() ([]any, error) {
	list := []any{}
	for !p.skip(']') {
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if p.peek() != ']' && !p.skip(',') {
			return nil, p.fail("a list has no end")
		}
	}
	return list, nil
}
