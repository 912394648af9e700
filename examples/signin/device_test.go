package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// deviceConfig is a pool in which a remembered device takes the place of the
// code.
const deviceConfig = `{
	"user_pool_id": "eu-west-1_Demo12345",
	"alias_attributes": ["email"],
	"custom": {"question": "What is 6 times 7?", "answer": "forty-two"},
	"device_configuration": {"challenge_required_on_new_device": true},
	"clients": [{"client_id": "open"}, {"client_id": "confidential", "client_secret": "not-so-secret"}],
	"users": [
		{"username": "alice", "password": "Passw0rd!", "mfa": ["SMS_MFA"],
			"attributes": {"email": "alice@example.com", "email_verified": "true", "phone_number": "+15550100"}},
		{"username": "dave", "password": "Passw0rd!"}
	]
}`

// promptConfig is the same, but for users being asked.
var promptConfig = strings.Replace(deviceConfig, `"challenge_required_on_new_device": true`,
	`"challenge_required_on_new_device": true, "device_only_remembered_on_user_prompt": true`, 1)

const (
	smsQuestion    = "Code sent by SMS to +*******0100:\n"
	rememberDevice = "Remember this device, to be asked less next time? (y/n):\n"
	withCode       = `"PASSWORD_VERIFIER","SMS_MFA"`
	withDevice     = `"PASSWORD_VERIFIER","DEVICE_SRP_AUTH","DEVICE_PASSWORD_VERIFIER"`
)

// storedDevice is what the file has of a device.
type storedDevice struct {
	Key      string `json:"device_key"`
	Password string `json:"password"`
}

// stored returns what the file of -device has, by app client and user.
func stored(t *testing.T, file string) map[string]map[string]storedDevice {
	t.Helper()
	var all map[string]map[string]storedDevice
	if err := json.Unmarshal(read(t, file), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// deviceFile returns the path of a file that is not there yet.
func deviceFile(t *testing.T) string { return filepath.Join(t.TempDir(), "devices.json") }

// signWith signs in with -device, checks what is printed, and that no secret
// is; also not those in the file.
func (s *server) signWith(t *testing.T, file, username string, more []string, stderr, steps string, answers ...answer) {
	t.Helper()
	env := map[string]string{"COGNITO_PASSWORD": password}
	args := s.args(username, append([]string{"-client-id", "open", "-device", file, "-json"}, more...)...)
	if slices.Contains(more, "confidential") {
		env["COGNITO_CLIENT_SECRET"] = clientSecret
	}
	r := sign(t, args, env, answers...)
	secrets := []string{password, clientSecret, riddleAnswer}
	if _, err := os.Stat(file); err == nil {
		for _, users := range stored(t, file) {
			for _, device := range users {
				secrets = append(secrets, device.Password, device.Key)
			}
		}
	}
	r.check(t, 0, secrets...)
	if r.stderr != stderr {
		t.Errorf("got standard error\n%s\nwant\n%s", r.stderr, stderr)
	}
	name, _, _ := strings.Cut(username, "@")
	if want := signedInJSON(name, steps); r.stdout != want {
		t.Errorf("got standard output %s, want %s", r.stdout, want)
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// forget makes the pool forget a device.
func (s *server) forget(t *testing.T, username, key string) {
	t.Helper()
	_, err := s.sdk().AdminForgetDevice(t.Context(), &cip.AdminForgetDeviceInput{
		UserPoolId: aws.String(userPoolID), Username: &username, DeviceKey: &key,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A device from its first sign-in to the one after the pool forgot it.
func TestDevice(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"public", "admin"} {
		for _, client := range []string{"open", "confidential"} {
			t.Run(api+" "+client, func(t *testing.T) {
				t.Parallel()
				pool, file := serve(t, deviceConfig), deviceFile(t)
				more := []string{"-api", api, "-client-id", client}

				pool.signWith(t, file, "alice", more, smsQuestion, withCode, pool.code)
				if info, err := os.Stat(file); err != nil {
					t.Fatal(err)
				} else if mode := info.Mode().Perm(); mode != 0o600 && runtime.GOOS != "windows" {
					t.Errorf("got mode %o, want 600", mode)
				}
				first := stored(t, file)[client]["alice"]
				if first.Key == "" || first.Password == "" {
					t.Fatal("the device was not stored")
				}

				pool.signWith(t, file, "alice", more, "", withDevice)
				if stored(t, file)[client]["alice"] != first {
					t.Error("a known device was stored anew")
				}

				pool.forget(t, "alice", first.Key)
				pool.signWith(t, file, "alice", more, smsQuestion, withCode, pool.code)
				second := stored(t, file)[client]["alice"]
				if second.Key == "" || second.Key == first.Key {
					t.Error("a forgotten device was not replaced by the new one")
				}
				pool.signWith(t, file, "alice", more, "", withDevice)

				if names, err := filepath.Glob(file + "*"); err != nil || len(names) != 1 {
					t.Errorf("got files %v, want the one: %v", names, err)
				}
			})
		}
	}
}

// The device is given whichever way the sign-in begins.
func TestDeviceFlows(t *testing.T) {
	t.Parallel()
	pool, file := serve(t, deviceConfig), deviceFile(t)
	pool.signWith(t, file, "alice", nil, smsQuestion, withCode, pool.code)

	const proof = `"DEVICE_SRP_AUTH","DEVICE_PASSWORD_VERIFIER"`
	pool.signWith(t, file, "alice", []string{"-flow", "password"}, "", proof)
	pool.signWith(t, file, "alice", []string{"-flow", "choice", "-prefer", "PASSWORD"}, "", proof)
	pool.signWith(t, file, "alice", []string{"-flow", "choice"}, "1  PASSWORD_SRP\n2  PASSWORD\nChoose a way to sign in:\n",
		`"SELECT_CHALLENGE",`+withDevice, line("1"))
	pool.signWith(t, file, "alice", []string{"-flow", "custom"}, "question: What is 6 times 7?\nAnswer:\n",
		`"PASSWORD_VERIFIER","CUSTOM_CHALLENGE",`+proof, line(riddleAnswer))
}

// The file has a device for each app client and name, and one does not touch
// another.
func TestDeviceUsers(t *testing.T) {
	t.Parallel()
	pool, file := serve(t, deviceConfig), deviceFile(t)
	confidential := []string{"-client-id", "confidential"}

	pool.signWith(t, file, "alice", nil, smsQuestion, withCode, pool.code)
	pool.signWith(t, file, "alice", confidential, smsQuestion, withCode, pool.code)
	pool.signWith(t, file, "dave", nil, "", `"PASSWORD_VERIFIER"`)
	pool.signWith(t, file, "alice@example.com", nil, smsQuestion, withCode, pool.code)

	for _, name := range []string{"alice", "dave", "alice@example.com"} {
		pool.signWith(t, file, name, nil, "", withDevice)
	}
	pool.signWith(t, file, "alice", confidential, "", withDevice)

	before := stored(t, file)
	pool.forget(t, "dave", before["open"]["dave"].Key)
	pool.signWith(t, file, "dave", nil, "", `"PASSWORD_VERIFIER"`)
	after := stored(t, file)
	if after["open"]["dave"] == before["open"]["dave"] {
		t.Error("dave's device is still there")
	}
	for _, all := range []map[string]map[string]storedDevice{before, after} {
		delete(all["open"], "dave")
	}
	if len(after["open"]) != 2 || len(after["confidential"]) != 1 {
		t.Errorf("got %d and %d other devices, want 2 and 1", len(after["open"]), len(after["confidential"]))
	}
	for client, users := range before {
		for name, device := range users {
			if after[client][name] != device {
				t.Errorf("the device of %s at %s changed", name, client)
			}
		}
	}
}

// Where the pool leaves it to users, they are asked, and what they say counts.
func TestDevicePrompt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers    []answer
		remembered bool
	}{
		"yes":      {[]answer{line("y")}, true},
		"Yes":      {[]answer{line("Yes")}, true},
		"no":       {[]answer{line("n")}, false},
		"nothing":  {[]answer{line("")}, false},
		"no input": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, file := serve(t, promptConfig), deviceFile(t)
			pool.signWith(t, file, "alice", nil, smsQuestion+rememberDevice, withCode, append([]answer{pool.code}, test.answers...)...)
			if test.remembered {
				pool.signWith(t, file, "alice", nil, "", withDevice)
				return
			}
			if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("got %v, want no file", err)
			}
		})
	}
}

// A pool that does not take the device has signed in the user all the same.
func TestDeviceNotConfirmed(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"ConfirmDevice", "UpdateDeviceStatus"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			pool, file := serve(t, promptConfig), deviceFile(t)
			behind, err := url.Parse(pool.endpoint)
			if err != nil {
				t.Fatal(err)
			}
			forward := httputil.NewSingleHostReverseProxy(behind)
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+operation) {
					forward.ServeHTTP(w, r)
					return
				}
				w.Header().Set("Content-Type", "application/x-amz-json-1.1")
				w.WriteHeader(http.StatusBadRequest)
				io.WriteString(w, `{"__type":"InvalidUserPoolConfigurationException","message":"Not here."}`)
			}))
			t.Cleanup(proxy.Close)
			pool.endpoint = proxy.URL

			want := "the device is not remembered: the pool or the app client is not set up for this sign-in: Not here.\n"
			answers := []answer{pool.code}
			if operation == "UpdateDeviceStatus" {
				want = rememberDevice + "the device is not remembered: the pool refuses: Not here.\n"
				answers = append(answers, line("y"))
			}
			pool.signWith(t, file, "alice", nil, smsQuestion+want, withCode, answers...)
			if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("got %v, want no file", err)
			}
		})
	}
}

// What the pool forgot is gone from the file also when nothing takes its place.
func TestDeviceForgotten(t *testing.T) {
	t.Parallel()
	pool, file := serve(t, promptConfig), deviceFile(t)
	pool.signWith(t, file, "alice", nil, smsQuestion+rememberDevice, withCode, pool.code, line("y"))
	pool.forget(t, "alice", stored(t, file)["open"]["alice"].Key)
	pool.signWith(t, file, "alice", nil, smsQuestion+rememberDevice, withCode, pool.code, line("n"))
	if n := len(stored(t, file)["open"]); n != 0 {
		t.Errorf("got %d devices in the file, want none", n)
	}
}

// A device of which the password is not the pool's fails one sign-in, not all.
func TestDeviceRefused(t *testing.T) {
	t.Parallel()
	pool, file := serve(t, deviceConfig), deviceFile(t)
	pool.signWith(t, file, "alice", nil, smsQuestion, withCode, pool.code)
	device := stored(t, file)["open"]["alice"]
	altered := strings.Replace(string(read(t, file)), device.Password, "another", 1)
	if err := os.WriteFile(file, []byte(altered), 0o600); err != nil {
		t.Fatal(err)
	}

	args := pool.args("alice", "-client-id", "open", "-device", file, "-json")
	r := sign(t, args, map[string]string{"COGNITO_PASSWORD": password})
	r.check(t, 1, password, device.Password, "another")
	if want := "signin: the pool does not accept the remembered device; start again\n"; r.stderr != want {
		t.Errorf("got standard error %q, want %q", r.stderr, want)
	}
	if want := `{"signed_in":false,"error":"the pool does not accept the remembered device; start again","steps":[` + withDevice + "]}\n"; r.stdout != want {
		t.Errorf("got standard output %s, want %s", r.stdout, want)
	}
	pool.signWith(t, file, "alice", nil, smsQuestion, withCode, pool.code)
	pool.signWith(t, file, "alice", nil, "", withDevice)
}

// A file of something else is left as it is, and the sign-in works without it.
func TestDeviceFile(t *testing.T) {
	t.Parallel()
	pool := serve(t, deviceConfig)
	for name, text := range map[string]string{
		"no JSON":              "alice hunter2",
		"cut off":              `{"open":{"alice":{"v":1,"device_key":"k"`,
		"null":                 "null",
		"of another program":   `{"name":"webapp","private":true}`,
		"two levels, like it":  `{"scripts":{"test":"hunter2"}}`,
		"incomplete":           `{"open":{"alice":{"v":1,"device_key":"k"}}}`,
		"of a later version":   `{"open":{"alice":{"v":2,"device_key":"k","device_group_key":"g","password":"hunter2"}}}`,
		"broken, another user": `{"open":{"bob":{}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := deviceFile(t)
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			args := pool.args("dave", "-client-id", "open", "-device", file)
			r := sign(t, args, map[string]string{"COGNITO_PASSWORD": password})
			r.check(t, 0, password, "hunter2")
			if want := file + " is no file of remembered devices; signing in without a device\n"; r.stderr != want {
				t.Errorf("got standard error %q, want %q", r.stderr, want)
			}
			if got := string(read(t, file)); got != text {
				t.Errorf("got file %q, want it as it was", got)
			}
		})
	}

	t.Run("empty", func(t *testing.T) {
		t.Parallel()
		file := deviceFile(t)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		pool.signWith(t, file, "dave", nil, "", `"PASSWORD_VERIFIER"`)
		pool.signWith(t, file, "dave", nil, "", withDevice)
	})
	t.Run("a directory", func(t *testing.T) {
		t.Parallel()
		args := pool.args("dave", "-client-id", "open", "-device", t.TempDir())
		r := sign(t, args, map[string]string{"COGNITO_PASSWORD": password})
		r.check(t, 0, password)
		if !strings.HasSuffix(r.stderr, "; signing in without a device\n") || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("got standard error %q, want one sentence", r.stderr)
		}
	})
	t.Run("in no directory", func(t *testing.T) {
		t.Parallel()
		args := pool.args("dave", "-client-id", "open", "-device", filepath.Join(t.TempDir(), "none", "devices.json"))
		r := sign(t, args, map[string]string{"COGNITO_PASSWORD": password})
		r.check(t, 0, password)
		if !strings.HasPrefix(r.stderr, "the device is not remembered: ") || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("got standard error %q, want one sentence", r.stderr)
		}
	})
}

// A pool that tracks no devices leaves no file behind.
func TestDeviceNotTracked(t *testing.T) {
	t.Parallel()
	pool, file := serve(t, poolConfig), deviceFile(t)
	pool.signWith(t, file, "dave", nil, "", `"PASSWORD_VERIFIER"`)
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want no file", err)
	}
}
