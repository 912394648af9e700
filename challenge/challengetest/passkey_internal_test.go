package challengetest

import (
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

// TestPasskeyPrintsNothing is inside the package, as only there is something to
// look for: the private key.
func TestPasskeyPrintsNothing(t *testing.T) {
	p, err := NewPasskey(ES256)
	if err != nil {
		t.Fatal(err)
	}
	scalar, err := p.open().key.(*ecdsa.PrivateKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	type holder struct {
		pointer *Passkey
		value   Passkey
		list    []Passkey
		named   map[string]any
	}
	inside := holder{p, *p, []Passkey{*p}, map[string]any{"p": p, "v": *p}}
	secrets := []string{fmt.Sprintf("%x", scalar), new(big.Int).SetBytes(scalar).String(), strings.Trim(fmt.Sprint(scalar), "[]"), string(scalar)}
	for _, v := range []any{p, *p, inside, &inside, []any{p, *p, inside}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			text := fmt.Sprintf(verb, v)
			for _, secret := range secrets {
				if strings.Contains(strings.ToLower(text), secret) {
					t.Errorf("%s of %T prints the private key", verb, v)
				}
			}
		}
	}
	if text, err := json.Marshal([]any{p, *p}); err != nil || string(text) != "[{},{}]" {
		t.Errorf("JSON %s, %v", text, err)
	}
}
