package fakepool

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// The program, from its first line to its last, with the SDK for a client.
func TestServe(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "pool.json")
	err := os.WriteFile(file, []byte(`{"user_pool_id":"eu-west-1_Demo12345","clients":[{"client_id":"demo","client_secret":""}],
		"users":[{"username":"alice","password":"Passw0rd!","temporary":false,
		"attributes":{"email":"a@example.com","phone_number":"+15550100"},"required_attributes":[],"mfa":["SMS_MFA"],"totp_secret":""}]}`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	stdout, to := io.Pipe()
	defer stdout.Close()
	var stderr strings.Builder
	ended := make(chan int)
	go func() {
		status := Run(ctx, []string{"-config", file}, to, &stderr)
		to.Close()
		ended <- status
	}()
	lines := bufio.NewScanner(stdout)
	next := func() string {
		if !lines.Scan() {
			t.Fatalf("standard output ended: %v", lines.Err())
		}
		return lines.Text()
	}

	first := next()
	if !regexp.MustCompile(`^\{"endpoint":"http://127\.0\.0\.1:[0-9]+"\}$`).MatchString(first) {
		t.Fatalf("got first line %s", first)
	}
	var at struct{ Endpoint string }
	if err := json.Unmarshal([]byte(first), &at); err != nil {
		t.Fatal(err)
	}

	sdk := cip.New(cip.Options{Region: "eu-west-1", BaseEndpoint: &at.Endpoint})
	replies := make(chan *cip.InitiateAuthOutput, 1)
	go func() {
		// The message comes before the reply, so somebody must read it.
		out, err := sdk.InitiateAuth(ctx, &cip.InitiateAuthInput{
			AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: aws.String("demo"),
			AuthParameters: map[string]string{"USERNAME": "alice", "PASSWORD": "Passw0rd!"},
		})
		if err != nil {
			t.Error(err)
			interrupt() // There will be no message to wait for.
		}
		replies <- out
	}()
	message := next()
	if !regexp.MustCompile(`^\{"message":\{"username":"alice","medium":"SMS","destination":"\+\*{7}0100","code":"[0-9]{6}"\}\}$`).MatchString(message) {
		t.Errorf("got message %s", message)
	}
	if out := <-replies; out != nil && out.ChallengeName != types.ChallengeNameTypeSmsMfa {
		t.Errorf("got challenge %q, want SMS_MFA", out.ChallengeName)
	}

	interrupt()
	if lines.Scan() {
		t.Errorf("got another line %s", lines.Text())
	}
	if status := <-ended; status != 0 || stderr.Len() > 0 {
		t.Errorf("got exit status %d and standard error %q, want 0 and none", status, &stderr)
	}
}

func TestAddressInUse(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	var stdout, stderr strings.Builder
	args := []string{"-config", "../../fakepool/pool.json", "-addr", taken.Addr().String()}
	if status := Run(t.Context(), args, &stdout, &stderr); status != 1 {
		t.Errorf("got exit status %d, want 1", status)
	}
	if stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 || !strings.Contains(stderr.String(), taken.Addr().String()) {
		t.Errorf("got standard output %q and error %q, want one line that names the address", &stdout, &stderr)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var stdout, stderr strings.Builder
	if status := Run(t.Context(), []string{"-h"}, &stdout, &stderr); status != 0 || stderr.Len() > 0 {
		t.Errorf("got exit status %d and standard error %q, want 0 and none", status, &stderr)
	}
	for _, flag := range []string{"-addr", "-config"} {
		if !strings.Contains(stdout.String(), flag) {
			t.Errorf("%s is not in %q", flag, &stdout)
		}
	}
}
