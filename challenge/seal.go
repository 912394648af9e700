package challenge

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// SealerConfig describes a [Sealer]. All replicas of a backend use the same.
type SealerConfig struct {
	// UserPoolID and ClientID are the app client's, as in [Config]. What is
	// sealed for one app client can't be opened for another. Required.
	UserPoolID string
	ClientID   string

	// Keys are one or more keys, each 32 random bytes in standard base64, such
	// as "openssl rand -base64 32" prints. The first one seals, all of them
	// open. To replace a key: add the new one at the end everywhere, then move
	// it to the front everywhere, then, after Validity, remove the old one.
	Keys []Secret

	// Validity is how long a sealed challenge can be opened. It should not be
	// longer than the app client's AuthSessionValidity. If zero, it is 3
	// minutes, Cognito's default; at most it is 15, Cognito's maximum.
	Validity time.Duration

	// Now is the clock. If nil, time.Now.
	Now func() time.Time
}

// The bounds of AuthSessionValidity.
const (
	defaultValidity = 3 * time.Minute
	maxValidity     = 15 * time.Minute
)

// Sealer turns a challenge into a text that a user's browser may keep, in a
// cookie or a hidden field, between the request in which the challenge was
// issued and the one in which it is answered. Nobody but the holders of a key
// can read or change the text, so replicas of a backend share a key and nothing
// else.
//
// The text is encrypted with AES-256-GCM, and bound to the pool, the app
// client and a purpose. It fits a cookie of 4,096 bytes with the sessions and
// parameters that Cognito issues for codes and choices. It can be opened as
// often as one likes until it expires: that a challenge is answered only once
// is up to Cognito.
//
// A Sealer is safe for concurrent use. A key should seal no more than 2^32
// texts, the bound for random nonces (NIST SP 800-38D, section 8.3).
type Sealer struct {
	// Behind a closure, because the ciphers hold the keys and fmt would print
	// them.
	open func() *sealer
}

type sealer struct {
	binding  string
	keys     []sealingKey
	validity time.Duration
	now      func() time.Time
}

type sealingKey struct {
	id   [keyIDSize]byte
	aead cipher.AEAD
}

// A sealed text is base64url of
//
//	version (1 byte) | key id (4 bytes) | nonce (12 bytes) | ciphertext | tag (16 bytes)
//
// and its plaintext the expiry, in seconds since 1970 (8 bytes), and the
// content. Everything before the nonce, the pool, the client, the kind of the
// content and the purpose are additional authenticated data.
const (
	sealVersion = 1
	keyIDSize   = 4
	headerSize  = 1 + keyIDSize
	nonceSize   = 12
	expirySize  = 8
	tagSize     = 16
)

// maxSealed is the most characters that Open looks at: what Seal makes of the
// longest stored challenge.
var maxSealed = base64.RawURLEncoding.EncodedLen(headerSize + nonceSize + expirySize + maxState + tagSize)

// NewSealer returns a Sealer. The error joins one [*InvalidError] for each
// field that is wrong.
func NewSealer(config SealerConfig) (*Sealer, error) {
	c := Config{UserPoolID: config.UserPoolID, ClientID: config.ClientID}
	f := c.form()
	s := &sealer{
		binding:  config.UserPoolID + "/" + config.ClientID, // neither may hold a slash
		validity: config.Validity,
		now:      config.Now,
	}
	if s.validity == 0 {
		s.validity = defaultValidity
	}
	if s.validity < 0 || s.validity > maxValidity {
		f.fail("Validity", "", "is not within 0 and 15 minutes")
	}
	if s.now == nil {
		s.now = time.Now
	}
	if len(config.Keys) == 0 {
		f.fail("Keys", "", "is required")
	}
	for i, text := range config.Keys {
		key, err := base64.StdEncoding.DecodeString(text.Reveal())
		if err != nil || len(key) != 32 {
			f.fail(fmt.Sprintf("Keys[%d]", i), "", "is not 32 bytes in base64")
			continue
		}
		s.keys = append(s.keys, newSealingKey(key))
	}
	if _, err := f.done(); err != nil {
		return nil, err
	}
	return &Sealer{func() *sealer { return s }}, nil
}

func newSealingKey(key []byte) sealingKey {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // unreachable: the key has 32 bytes
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // unreachable: AES has blocks of 16 bytes
	}
	// The id only saves trying every key, and must not help to find it.
	sum := sha256.Sum256(append([]byte("cognitoauth sealing key id"), key...))
	return sealingKey{[keyIDSize]byte(sum[:]), aead}
}

// SealError says that a text can't be opened. Its text is always the same, so
// that it can be shown to whoever sent it.
type SealError struct {
	// Problem tells the cases apart as far as that is possible, for logs.
	Problem string
}

// Error returns the same text for every SealError.
func (e *SealError) Error() string { return "challenge: the sealed text is not valid or has expired" }

// Seal returns a challenge, as [Marshal] stores it, sealed for a purpose. The
// purpose is any text that says what the sealed challenge is for, and to whom
// it was given if that is known ("sign-in " + a session ID of the backend's
// own): opening it for another purpose fails. It may be empty. The error is
// that of Marshal.
func (s *Sealer) Seal(ch Challenge, purpose string) (string, error) {
	data, err := Marshal(ch)
	if err != nil {
		return "", err
	}
	in := s.open()
	return in.seal("challenge", purpose, data, in.validity), nil
}

// Open returns the challenge that [Sealer.Seal] sealed for the same purpose. A
// text that was changed or cut, has expired, or was sealed with an unknown key,
// for another pool, app client or purpose gives a [*SealError]. Other errors
// are those of [Unmarshal]: another release sealed it.
func (s *Sealer) Open(text, purpose string) (Challenge, error) {
	data, err := s.open().unseal("challenge", purpose, text)
	if err != nil {
		return nil, err
	}
	return Unmarshal(data)
}

// SealSecret seals any text for a purpose, to be opened within validity: a
// [Device] record or tokens, say, that the backend keeps in a user's browser. More
// than 1 MiB can't be opened.
func (s *Sealer) SealSecret(text Secret, purpose string, validity time.Duration) string {
	return s.open().seal("secret", purpose, []byte(text.Reveal()), validity)
}

// OpenSecret returns the text that [Sealer.SealSecret] sealed for the same
// purpose. Its errors are [*SealError].
func (s *Sealer) OpenSecret(text, purpose string) (Secret, error) {
	data, err := s.open().unseal("secret", purpose, text)
	if err != nil {
		return Secret{}, err
	}
	return NewSecret(string(data)), nil
}

func (s *sealer) seal(kind, purpose string, content []byte, validity time.Duration) string {
	key := s.keys[0]
	header := append([]byte{sealVersion}, key.id[:]...)
	plaintext := binary.BigEndian.AppendUint64(nil, uint64(s.now().Add(validity).Unix()))
	plaintext = append(plaintext, content...)
	return base64.RawURLEncoding.EncodeToString(
		key.aead.Seal(header, nil, plaintext, s.authenticated(header, kind, purpose)))
}

func (s *sealer) unseal(kind, purpose, text string) ([]byte, error) {
	if len(text) > maxSealed {
		return nil, &SealError{"is too long"}
	}
	// The decoder passes over line ends; here every character counts.
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(sealed) < headerSize || strings.ContainsAny(text, "\r\n") {
		return nil, &SealError{"is no sealed text"}
	}
	header, ciphertext := sealed[:headerSize], sealed[headerSize:]
	if header[0] != sealVersion {
		return nil, &SealError{fmt.Sprintf("has version %d, expected %d", header[0], sealVersion)}
	}
	known := false
	for _, key := range s.keys {
		if key.id != [keyIDSize]byte(header[1:]) {
			continue
		}
		known = true
		plaintext, err := key.aead.Open(nil, nil, ciphertext, s.authenticated(header, kind, purpose))
		if err != nil || len(plaintext) < expirySize {
			continue // two keys may share an id
		}
		if expiry := binary.BigEndian.Uint64(plaintext); uint64(s.now().Unix()) >= expiry {
			return nil, &SealError{"has expired"}
		}
		return plaintext[expirySize:], nil
	}
	if !known {
		return nil, &SealError{"was sealed with an unknown key"}
	}
	return nil, &SealError{"was changed, or sealed for another pool, app client or purpose"}
}

// authenticated is what a text is bound to. The binding holds neither a space
// nor a slash but its own, and the kinds are ours, so no two lists of parts
// give the same text.
func (s *sealer) authenticated(header []byte, kind, purpose string) []byte {
	return append(header[:len(header):len(header)], kind+" "+s.binding+" "+purpose...)
}
