package main

import (
	"fmt"
	"strings"
)

// shorthand parses the AWS CLI's shorthand syntax, KEY=value,KEY2=value2, see
// https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html. A
// value is a text, a text in single or double quotes, a list in [], or an object
// in {}; KEY@=file://name takes it from a file. A backslash before a comma, or
// before a quote within quotes, makes it part of the text.
//
// Errors name keys and places but show no values, which can be secrets.
func shorthand(text string) (map[string]any, error) {
	p := &reader{text: text}
	return p.pairs(0)
}

// reader reads text from at on.
type reader struct {
	text string
	at   int
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
	return true
}

// done skips the end of what is being read: a closing bracket, or, for 0, the
// end of the text.
func (p *reader) done(end byte) bool {
	if end == 0 {
		return p.at == len(p.text)
	}
	return p.skip(end)
}

func (p *reader) fail(format string, args ...any) error {
	return fmt.Errorf("%s (at character %d)", fmt.Sprintf(format, args...), p.at+1)
}

// pairs reads KEY=value, and so on, up to end.
func (p *reader) pairs(end byte) (map[string]any, error) {
	object := make(map[string]any)
	for after := ""; ; {
		key := p.key()
		file := p.skip('@')
		if key == "" || !p.skip('=') {
			return nil, p.fail("expected KEY=value%s; a value with a comma wants quotes", after)
		}
		if _, twice := object[key]; twice {
			return nil, p.fail("%s is given twice", key)
		}
		value, err := p.value(key, end)
		if err != nil {
			return nil, err
		}
		if file {
			if value, err = fromFile(key, value); err != nil {
				return nil, err
			}
		}
		object[key] = value
		after = " after the value of " + key
		if p.done(end) {
			return object, nil
		}
		if !p.skip(',') {
			return nil, p.fail("expected a comma%s", after)
		}
	}
}

// fromFile returns the text of the file that value names.
func fromFile(key string, value any) (any, error) {
	name, ok := value.(string)
	if !ok || !strings.HasPrefix(name, filePrefix) {
		return nil, fmt.Errorf("%s@= takes file:// and a name", key)
	}
	text, err := load(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	return text, nil
}

// key reads a key, which may be empty.
func (p *reader) key() string {
	begin := p.at
	for p.at < len(p.text) && keyCharacter(p.text[p.at]) {
		p.at++
	}
	return p.text[begin:p.at]
}

func keyCharacter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.#/:", c) >= 0
}

// value reads the value of key in what ends with end.
func (p *reader) value(key string, end byte) (any, error) {
	switch c := p.peek(); c {
	case '\'', '"':
		p.at++
		return p.quoted(key, c)
	case '{':
		p.at++
		return p.pairs('}')
	case '[':
		p.at++
		return p.list(key)
	default:
		return p.plain(end), nil
	}
}

// quoted reads the rest of a text in quotes.
func (p *reader) quoted(key string, quote byte) (string, error) {
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		p.at++
		if c == quote {
			return b.String(), nil
		}
		if next := p.peek(); c == '\\' && (next == quote || next == '\\') {
			c = next
			p.at++
		}
		b.WriteByte(c)
	}
	return "", p.fail("the value of %s has no closing quote", key)
}

// plain reads a text without quotes: up to a comma, or to end.
func (p *reader) plain(end byte) string {
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		if c == ',' || end != 0 && c == end {
			break
		}
		p.at++
		if c == '\\' && p.skip(',') {
			c = ','
		}
		b.WriteByte(c)
	}
	return b.String()
}

// list reads the rest of a list.
func (p *reader) list(key string) ([]any, error) {
	list := []any{}
	if p.skip(']') {
		return list, nil
	}
	for {
		value, err := p.value(key, ']')
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if p.skip(']') {
			return list, nil
		}
		if !p.skip(',') {
			return nil, p.fail("the list of %s has no end", key)
		}
	}
}
