package challenge

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
)

// Secret holds a string that must not be printed by accident: a password, a
// code, a session, a token. The zero value is the empty secret.
//
// However a Secret is formatted, marshalled or logged, alone or anywhere
// inside another value, its text does not appear; [Secret.Reveal] is the only
// way to it. A Secret is immutable and may be copied and used by several
// goroutines.
type Secret struct {
	// A closure is the one thing that neither fmt nor any encoder looks into,
	// even where the Secret sits in an unexported field and its methods can't
	// be called.
	reveal func() string
}

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{func() string { return text }}
}

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal reports whether both secrets hold the same text. The time it takes
// depends on their lengths only.
func (s Secret) Equal(t Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(t.Reveal())) == 1
}

// String returns a placeholder that tells only whether the secret is empty.
func (s Secret) String() string {
	if s.IsZero() {
		return "[empty]"
	}
	return "[redacted]"
}

// Format writes the placeholder of [Secret.String] for every verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// MarshalText returns the placeholder of [Secret.String], so that encoders
// such as encoding/json never write the text. There is no way to unmarshal a
// Secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue returns the placeholder of [Secret.String].
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
