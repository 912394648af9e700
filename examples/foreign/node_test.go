package foreign

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// A node is a node program that speaks lines with the test.
type node struct {
	stdin  io.Writer
	stdout *bufio.Scanner
}

// patience is how long a program may live, in case it hangs. No test takes
// nearly as long.
const patience = 5 * time.Minute

// needNode skips a test where node or a package is missing, and fails it where
// nothing may be skipped.
func needNode(t *testing.T) {
	t.Helper()
	problem := missing()
	if problem == "" {
		return
	}
	problem += ": install node 20 or later, and run npm ci in examples/foreign"
	if os.Getenv("CI") != "" {
		t.Fatal(problem)
	}
	t.Skip(problem)
}

// startNode starts a node program, which ends with the test.
func startNode(t *testing.T, dir string, env []string, script string) *node {
	t.Helper()
	needNode(t)
	script, err := filepath.Abs(script)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	cmd := exec.CommandContext(ctx, "node", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	stderr := new(bytes.Buffer)
	cmd.Stderr = stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // says that it was killed
		if t.Failed() && stderr.Len() > 0 {
			t.Logf("%s wrote to standard error:\n%s", filepath.Base(script), stderr)
		}
	})
	n := &node{stdin, bufio.NewScanner(stdout)}
	n.stdout.Buffer(nil, 1<<20)
	return n
}

// send writes v on a line.
func (n *node) send(t *testing.T, v any) {
	t.Helper()
	if err := json.NewEncoder(n.stdin).Encode(v); err != nil {
		t.Fatal(err)
	}
}

// line reads a line.
func (n *node) line(t *testing.T) string {
	t.Helper()
	if !n.stdout.Scan() {
		t.Fatalf("the node program ended: %v", n.stdout.Err())
	}
	return n.stdout.Text()
}

// receive reads a line into v.
func (n *node) receive(t *testing.T, v any) {
	t.Helper()
	line := n.line(t)
	if err := json.Unmarshal([]byte(line), v); err != nil {
		t.Fatalf("got the line %q: %v", line, err)
	}
}

// missing says what the tests lack, or nothing.
var missing = sync.OnceValue(func() string {
	if _, err := exec.LookPath("node"); err != nil {
		return "node is missing"
	}
	type manifest struct {
		Version      string
		Dependencies map[string]string
	}
	read := func(dir string) (m manifest, err error) {
		text, err := os.ReadFile(filepath.Join(dir, "package.json"))
		if err != nil {
			return m, err
		}
		return m, json.Unmarshal(text, &m)
	}
	ours, err := read(".")
	if err != nil {
		return err.Error()
	}
	for name, want := range ours.Dependencies {
		if got, err := read(filepath.Join("node_modules", name)); err != nil || got.Version != want {
			return fmt.Sprintf("%s %s is missing", name, want)
		}
	}
	return ""
})
