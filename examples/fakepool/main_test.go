package main

import (
	"bufio"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// asProgram makes the test binary the program.
const asProgram = "FAKEPOOL_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestSignals(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no signals to send on Windows")
	}
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			program := exec.CommandContext(t.Context(), os.Args[0], "-config", "pool.json")
			program.Env = append(os.Environ(), asProgram+"=1")
			var stderr strings.Builder
			program.Stderr = &stderr
			stdout, err := program.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := program.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(stdout).ReadString('\n')
			if err != nil || !strings.HasPrefix(line, `{"endpoint":"http://`) {
				t.Errorf("got first line %q, %v", line, err)
			}
			if err := program.Process.Signal(signal); err != nil {
				t.Error(err)
			}
			if err := program.Wait(); err != nil || stderr.Len() > 0 {
				t.Errorf("got %v and standard error %q, want exit status 0 and none", err, &stderr)
			}
		})
	}
}
