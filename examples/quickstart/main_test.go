package main

import (
	"os"
	"strings"
	"testing"
)

// TestREADME keeps the program that people copy one that compiles.
func TestREADME(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	_, code, ok := strings.Cut(string(program), "package main\n")
	if !ok {
		t.Fatal("main.go has no package clause")
	}
	if !strings.Contains(string(readme), "```go\npackage main\n"+code+"```\n") {
		t.Error("the README's program is not examples/quickstart/main.go")
	}
}
