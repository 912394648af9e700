// Package programtest is what the tests of the programs share.
package programtest

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cognito-go/cognitoauth/examples/internal/fakepool"
)

// IsolateAWS gives the process an AWS environment of its own: credentials that
// mean nothing, no files, no metadata service, and no waiting to try again.
func IsolateAWS() {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			os.Unsetenv(name)
		}
	}
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID":           "test",
		"AWS_SECRET_ACCESS_KEY":       "test",
		"AWS_CONFIG_FILE":             os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"AWS_EC2_METADATA_DISABLED":   "true",
		"AWS_MAX_ATTEMPTS":            "1",
	} {
		os.Setenv(name, value)
	}
}

// Message is a code that fakepool printed.
type Message struct{ Username, Code string }

// ServePool runs fakepool until the test ends. It returns where it listens, and
// its messages in order.
func ServePool(t *testing.T, config string) (endpoint string, messages <-chan Message) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pool.json")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(context.Background())
	stdout, to := io.Pipe()
	var stderr strings.Builder
	ended := make(chan int)
	go func() {
		status := fakepool.Run(ctx, []string{"-config", file}, to, &stderr)
		to.Close()
		ended <- status
	}()
	t.Cleanup(func() {
		interrupt()
		if status := <-ended; status != 0 {
			t.Errorf("fakepool ended with status %d: %s", status, &stderr)
		}
	})

	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		t.Fatalf("fakepool printed nothing: %s", &stderr)
	}
	var first struct{ Endpoint string }
	if err := json.Unmarshal(lines.Bytes(), &first); err != nil {
		t.Fatal(err)
	}
	printed := make(chan Message, 16)
	go func() {
		defer close(printed)
		for lines.Scan() {
			var line struct{ Message Message }
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				t.Error(err)
			}
			printed <- line.Message
		}
	}()
	return first.Endpoint, printed
}
