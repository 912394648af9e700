package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// On a terminal, passwords don't show and codes do, however fast they come.
func TestTerminal(t *testing.T) {
	t.Parallel()
	pool := serve(t, poolConfig)
	keyboard, tty := openTerminal(t)

	var stdout strings.Builder
	status := make(chan int)
	go func() {
		s := run(t.Context(), pool.args("alice", "-client-id", "open"), os.Getenv, tty, &stdout, tty)
		tty.Close()
		status <- s
	}()

	var screen bytes.Buffer
	var code string
	answers := []struct {
		question string
		answer   func() string
	}{
		{"Password of alice: ", func() string { return password }},
		{"Code sent by SMS to +*******0100: ", func() string { code = pool.code(""); return code }},
	}
	for piece := make([]byte, 1024); ; {
		n, err := keyboard.Read(piece)
		if err != nil {
			break // the program closed the terminal
		}
		screen.Write(piece[:n])
		if strings.HasSuffix(screen.String(), "Password of alice: ") {
			mode, err := unix.IoctlGetTermios(int(keyboard.Fd()), unix.TCGETS)
			if err != nil {
				t.Fatal(err)
			}
			if mode.Lflag&unix.ECHO != 0 {
				t.Error("the password was asked for before the echo was off")
			}
		}
		if len(answers) > 0 && strings.HasSuffix(screen.String(), answers[0].question) {
			fmt.Fprintln(keyboard, answers[0].answer())
			answers = answers[1:]
		}
	}
	if s := <-status; s != 0 {
		t.Errorf("got exit status %d, want 0", s)
	}
	want := "Password of alice: \r\nCode sent by SMS to +*******0100: " + code + "\r\n"
	if screen.String() != want {
		t.Errorf("got screen %q, want %q", &screen, want)
	}
	if want := "signed in as alice"; !strings.HasPrefix(stdout.String(), want) {
		t.Errorf("got standard output %q, want it to begin with %q", &stdout, want)
	}
}

// openTerminal returns the two ends of a pseudoterminal.
func openTerminal(t *testing.T) (keyboard, tty *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudoterminals here: %v", err)
	}
	t.Cleanup(func() { keyboard.Close() })
	fd := int(keyboard.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return keyboard, tty
}
