package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/cognito-go/cognitoauth/challenge"
)

// errInputEnded says that nobody answers any more.
var errInputEnded = errors.New("the input ended before the question was answered")

// terminal asks questions: on out, with one line of in for each answer. in need
// not be a terminal.
type terminal struct {
	in  *bufio.Reader
	out io.Writer

	isTerminal bool
	fd         int
}

func newTerminal(stdin io.Reader, stderr io.Writer) *terminal {
	t := &terminal{in: bufio.NewReader(stdin), out: stderr}
	if f, ok := stdin.(*os.File); ok {
		t.fd = int(f.Fd())
		t.isTerminal = term.IsTerminal(t.fd)
	}
	return t
}

func (t *terminal) say(format string, a ...any) { fmt.Fprintf(t.out, format+"\n", a...) }

// line asks for a line of text, without white space around it.
func (t *terminal) line(ctx context.Context, question string) (string, error) {
	text, err := t.ask(ctx, question, t.readLine)
	return strings.TrimSpace(text), err
}

// hidden asks for a password. On a terminal it does not show.
func (t *terminal) hidden(ctx context.Context, question string) (challenge.Secret, error) {
	if !t.isTerminal {
		text, err := t.ask(ctx, question, t.readLine)
		return challenge.NewSecret(text), err
	}
	// ReadPassword stops the echo and restores it. That is too late for an
	// answer that comes at once, and does not happen when the program is
	// interrupted; hence MakeRaw and Restore around it.
	before, err := term.MakeRaw(t.fd)
	if err != nil {
		return challenge.Secret{}, err
	}
	defer func() {
		term.Restore(t.fd, before)
		t.say("")
	}()
	text, err := t.ask(ctx, question, func() (string, error) {
		text, err := term.ReadPassword(t.fd)
		return string(text), err
	})
	return challenge.NewSecret(text), err
}

// ask asks a question and reads its answer, unless ctx is done before.
func (t *terminal) ask(ctx context.Context, question string, read func() (string, error)) (string, error) {
	if t.isTerminal {
		fmt.Fprintf(t.out, "%s: ", question)
	} else {
		t.say("%s:", question) // A line of its own, as nobody's return ends it.
	}
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		text, err := read()
		answered <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-answered:
		if a.err == io.EOF {
			return "", errInputEnded
		}
		return a.text, a.err
	}
}

// readLine reads a line, whose end may be missing at the end of the input.
func (t *terminal) readLine() (string, error) {
	text, err := t.in.ReadString('\n')
	if err == io.EOF && text != "" {
		err = nil
	}
	return strings.TrimRight(text, "\r\n"), err
}
