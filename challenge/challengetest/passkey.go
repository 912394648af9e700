package challengetest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/cognito-go/cognitoauth/challenge"
)

// An Algorithm is a signature algorithm of passkeys, by its COSE identifier.
type Algorithm int

// The algorithms that a user pool takes.
const (
	ES256 Algorithm = -7   // ECDSA on P-256 with SHA-256
	RS256 Algorithm = -257 // RSA, PKCS #1 v1.5, with SHA-256
)

// algorithms are listed in the order in which the service prefers them.
var algorithms = []Algorithm{ES256, RS256}

// A Passkey is a passkey of a test: browser, authenticator and the person who
// touches it in one, in software. It answers for one credential of one user,
// as a browser would answer navigator.credentials.create and
// navigator.credentials.get. It is safe for concurrent use. Printing it shows
// nothing of its private key.
type Passkey struct {
	// A closure, for what Pool says.
	open func() *authenticator
}

type authenticator struct {
	alg Algorithm
	key crypto.Signer
	id  []byte

	mu     sync.Mutex
	rpID   string // empty until it is registered
	handle []byte // of the user
	count  uint32
}

const credentialIDSize = 32

// NewPasskey returns a passkey that is not registered yet. Making one of
// [RS256] takes long, up to a second. The error says that the algorithm is
// neither that nor [ES256].
func NewPasskey(alg Algorithm) (*Passkey, error) {
	a := &authenticator{alg: alg, id: random(credentialIDSize)}
	var err error
	switch alg {
	case ES256:
		a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case RS256:
		a.key, err = rsa.GenerateKey(rand.Reader, minRSABits)
	default:
		err = fmt.Errorf("challengetest: no passkeys of algorithm %d, expected ES256 or RS256", alg)
	}
	if err != nil {
		return nil, err
	}
	return &Passkey{func() *authenticator { return a }}, nil
}

// Register registers the passkey: it returns what a browser returns on a page
// of this origin, such as "https://example.com", for creation options. Both
// are JSON, the options a PublicKeyCredentialCreationOptionsJSON as in the
// output of StartWebAuthnRegistration, and the credential a
// RegistrationResponseJSON, for CompleteWebAuthnRegistration.
//
// A passkey is for one user of one relying party. Another registration makes
// it forget the one before. What a browser refuses is an error with the name of
// the browser's, such as SecurityError for an origin of another party's.
func (p *Passkey) Register(options, origin string) (credential string, err error) {
	a := p.open()
	a.mu.Lock()
	defer a.mu.Unlock()
	var o creationOptions
	if err := json.Unmarshal([]byte(options), &o); err != nil || o.Challenge == "" || o.RP.ID == "" || o.User.ID == "" {
		return "", errors.New("challengetest: the options are no PublicKeyCredentialCreationOptionsJSON")
	}
	handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	if err != nil {
		return "", errors.New("challengetest: the options' user.id is no base64url")
	}
	switch {
	case !originBelongs(origin, o.RP.ID):
		return "", securityError(origin, o.RP.ID)
	case !slices.Contains(o.PubKeyCredParams, credentialParameter{a.alg, "public-key"}):
		return "", fmt.Errorf("challengetest: NotSupportedError: the options do not offer algorithm %d", a.alg)
	case a.isIn(o.ExcludeCredentials):
		return "", errors.New("challengetest: InvalidStateError: the options exclude this passkey")
	}
	spki, err := x509.MarshalPKIXPublicKey(a.key.Public())
	if err != nil {
		return "", err
	}

	a.rpID, a.handle, a.count = o.RP.ID, handle, 0
	data := a.data(userPresent | userVerified | attestedCredential)
	data = append(data, make([]byte, 16)...) // AAGUID: of no known make
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), a.coseKey()...)
	return string(marshal(a.credential(map[string]any{
		"clientDataJSON":     collect("webauthn.create", o.Challenge, origin),
		"authenticatorData":  base64url(data),
		"transports":         []string{"internal"},
		"publicKey":          base64url(spki),
		"publicKeyAlgorithm": a.alg,
		"attestationObject": base64url(appendCBOR(nil, []cborMember{
			{"fmt", "none"}, {"attStmt", []cborMember{}}, {"authData", data},
		})),
	}))), nil
}

// Sign signs in with the passkey: it returns what a browser returns on a page
// of this origin for request options. Both are JSON, the options a
// PublicKeyCredentialRequestOptionsJSON as in [challenge.WebAuthn], and the
// credential an AuthenticationResponseJSON, for its answer. Errors are as those
// of [Passkey.Register]; NotAllowedError is that of a passkey that the options do
// not ask for, or that is not registered.
func (p *Passkey) Sign(options, origin string) (credential challenge.Secret, err error) {
	a := p.open()
	a.mu.Lock()
	defer a.mu.Unlock()
	var o requestOptions
	if err := json.Unmarshal([]byte(options), &o); err != nil || o.Challenge == "" || o.RPID == "" {
		return challenge.Secret{}, errors.New("challengetest: the options are no PublicKeyCredentialRequestOptionsJSON")
	}
	switch {
	case !originBelongs(origin, o.RPID):
		return challenge.Secret{}, securityError(origin, o.RPID)
	case o.RPID != a.rpID, len(o.AllowCredentials) > 0 && !a.isIn(o.AllowCredentials):
		return challenge.Secret{}, errors.New("challengetest: NotAllowedError: the options do not ask for this passkey")
	}

	a.count++
	data, clientData := a.data(userPresent|userVerified), collect("webauthn.get", o.Challenge, origin)
	hash := sha256.Sum256(clientData)
	digest := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := a.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return challenge.Secret{}, err
	}
	return challenge.NewSecret(string(marshal(a.credential(map[string]any{
		"clientDataJSON":    clientData,
		"authenticatorData": base64url(data),
		"signature":         base64url(signature),
		"userHandle":        base64url(a.handle),
	})))), nil
}

// securityError is what keeps a passkey from being used on another site.
func securityError(origin, rpID string) error {
	return fmt.Errorf("challengetest: SecurityError: relying party %q is not of origin %q", rpID, origin)
}

// isIn reports whether the passkey is one of a list.
func (a *authenticator) isIn(list []credentialDescriptor) bool {
	id := base64.RawURLEncoding.EncodeToString(a.id)
	return slices.ContainsFunc(list, func(d credentialDescriptor) bool { return d.ID == id })
}

// base64url is written as WebAuthn's JSON has binary members.
type base64url []byte

func (b base64url) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, b), nil
}

// collect returns the client data, in the order of Web Authentication Level 3,
// section 5.8.1.1.
func collect(kind, nonce, origin string) base64url {
	return marshal(struct {
		Type        string `json:"type"`
		Challenge   string `json:"challenge"`
		Origin      string `json:"origin"`
		CrossOrigin bool   `json:"crossOrigin"`
	}{kind, nonce, origin, false})
}

// data returns the authenticator data, without that of a new credential.
func (a *authenticator) data(flags byte) []byte {
	hash := sha256.Sum256([]byte(a.rpID))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), a.count)
}

// coseKey returns the public key, in the order that CTAP 2 wants.
func (a *authenticator) coseKey() []byte {
	var key []cborMember
	switch public := a.key.Public().(type) {
	case *ecdsa.PublicKey:
		point, err := public.Bytes()
		if err != nil {
			panic(err) // unreachable: NewPasskey made it
		}
		key = []cborMember{
			{int(coseKeyType), int(coseEC2)},
			{int(coseAlgorithm), int(ES256)},
			{int(coseEC2Curve), int(coseP256)},
			{int(coseEC2X), point[1:33]},
			{int(coseEC2Y), point[33:]},
		}
	case *rsa.PublicKey:
		key = []cborMember{
			{int(coseKeyType), int(coseRSA)},
			{int(coseAlgorithm), int(RS256)},
			{int(coseRSAN), public.N.Bytes()},
			{int(coseRSAE), []byte{byte(public.E >> 16), byte(public.E >> 8), byte(public.E)}}, // 65537
		}
	}
	return appendCBOR(nil, key)
}

// credential returns the PublicKeyCredential around an answer.
func (a *authenticator) credential(response map[string]any) any {
	return map[string]any{
		"id":                      base64url(a.id),
		"rawId":                   base64url(a.id),
		"type":                    "public-key",
		"authenticatorAttachment": "platform",
		"clientExtensionResults":  map[string]any{},
		"response":                response,
	}
}
