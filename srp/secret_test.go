package srp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

// spellings returns the forms in which fmt and the encoders would write b.
func spellings(b []byte) []string {
	lower := hex.EncodeToString(b)
	decimal := strings.Trim(fmt.Sprint(b), "[]")
	return []string{
		string(b),
		lower,
		strings.ToUpper(lower),
		decimal,
		strings.ReplaceAll(decimal, " ", ","),
		strings.ReplaceAll(decimal, " ", ", "),
		strings.Trim(fmt.Sprintf("%#v", b), "[]byte{}"),
		base64.StdEncoding.EncodeToString(b),
		base64.RawURLEncoding.EncodeToString(b),
		new(big.Int).SetBytes(b).String(),
	}
}

// TestNothingPrintsSecrets prints and encodes every type that holds a secret,
// also where it is in the unexported field of another.
func TestNothingPrintsSecrets(t *testing.T) {
	a := []byte("hunter2 hunter2 hunter2 hunter2 ")
	b := []byte("swordfishswordfishswordfishsword")
	v, err := srptest.Verifier("AbCdEfGhI", "alice", "Passw0rd!", "01")
	if err != nil {
		t.Fatal(err)
	}
	client := srptest.NewClient(t, a)
	server, err := srptest.NewFixedServer(t, v, b)
	if err != nil {
		t.Fatal(err)
	}
	device, err := srp.NewDevice("-v7w9UcY6", "eu-west-1_f256d086")
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := base64.StdEncoding.DecodeString(device.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	var secrets []string
	for _, s := range [][]byte{a, b, v, []byte(device.Password()), verifier} {
		secrets = append(secrets, spellings(s)...)
	}

	type nested struct {
		client  *srp.Client
		clients []srp.Client
		server  srptest.Server
		device  srp.Device
		devices map[string]*srp.Device
		any     any
	}
	type exported struct {
		Client  *srp.Client
		Server  *srptest.Server
		Device  srp.Device
		Devices map[string]*srp.Device
	}
	values := []any{
		client, *client, &client,
		[]*srp.Client{client},
		[]srp.Client{*client},
		map[string]srp.Client{"": *client},
		server, *server,
		[]srptest.Server{*server},
		device, *device, &device,
		[]srp.Device{*device},
		[1]*srp.Device{device},
		nested{client, []srp.Client{*client}, *server, *device, map[string]*srp.Device{"": device}, *device},
		&nested{client, []srp.Client{*client}, *server, *device, map[string]*srp.Device{"": device}, client},
		exported{client, server, *device, map[string]*srp.Device{"": device}},
	}
	expectNone := func(how, text string) {
		t.Helper()
		for _, s := range secrets {
			if strings.Contains(text, s) {
				t.Errorf("%s prints a secret: %s", how, text)
				return
			}
		}
	}
	for _, value := range values {
		for _, verb := range "vsqxXdobctTeEfFgGpUO" {
			for _, flag := range []string{"", "+", "#", " ", "0"} {
				format := "%" + flag + string(verb)
				expectNone(fmt.Sprintf("%s of %T", format, value), fmt.Sprintf(format, value))
			}
		}
		expectNone("Sprint", fmt.Sprint(value))
		if text, err := json.Marshal(value); err == nil {
			expectNone("json", string(text))
		}
		if text, err := xml.Marshal(value); err == nil {
			expectNone("xml", string(text))
		}
		var buf bytes.Buffer
		if err := gob.NewEncoder(&buf).Encode(value); err == nil {
			expectNone("gob", buf.String())
		}
		buf.Reset()
		slog.New(slog.NewTextHandler(&buf, nil)).Info("", "value", value)
		slog.New(slog.NewJSONHandler(&buf, nil)).Info("", "value", value)
		expectNone("slog", buf.String())
	}

	// The test would see a secret that is printed.
	for _, verb := range []string{"%v", "%s", "%x", "%X", "%#v", "%d"} {
		text := fmt.Sprintf(verb, struct{ a []byte }{a})
		found := false
		for _, s := range secrets {
			found = found || strings.Contains(text, s)
		}
		if !found {
			t.Errorf("a secret printed by %s goes unseen: %s", verb, text)
		}
	}
}
