package challengetest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/big"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// What is verified here is numbered as in Web Authentication Level 3, sections
// 7.1 "Registering a New Credential" and 7.2 "Verifying an Authentication
// Assertion". All binary members of the JSON are base64url without padding.

// DefaultRelyingPartyID is the domain of the passkeys of a pool that says none.
const DefaultRelyingPartyID = "localhost"

// domains is what a relying party id looks like.
var domains = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*$`)

// nonceSize is that of a WebAuthn challenge.
const nonceSize = 32

// A registeredPasskey is the pool's side of a passkey.
type registeredPasskey struct {
	id         []byte
	verify     func(message, signature []byte) bool
	signCount  uint32
	transports []string
	attachment string
	created    time.Time
}

// passkey returns the one of u's passkeys with this id, or nil.
func (u *user) passkey(id []byte) *registeredPasskey {
	for _, k := range u.passkeys {
		if bytes.Equal(k.id, id) {
			return k
		}
	}
	return nil
}

// handle is the user handle in u's passkeys.
func (u *user) handle() []byte { return []byte(u.sub) }

type webAuthn struct{}

// A credentialDescriptor is a PublicKeyCredentialDescriptorJSON.
type credentialDescriptor struct {
	Type       string   `json:"type"`
	ID         string   `json:"id"`
	Transports []string `json:"transports,omitempty"`
}

// requestOptions are a PublicKeyCredentialRequestOptionsJSON with the members
// in the API reference's example of RespondToAuthChallenge.
type requestOptions struct {
	Challenge        string                     `json:"challenge"`
	Timeout          int64                      `json:"timeout"` // milliseconds
	RPID             string                     `json:"rpId"`
	AllowCredentials []credentialDescriptor     `json:"allowCredentials"`
	UserVerification types.UserVerificationType `json:"userVerification"`
}

func (webAuthn) issue(c *call, s *session) (map[string]string, error) {
	s.nonce = random(nonceSize)
	options := requestOptions{
		Challenge:        base64.RawURLEncoding.EncodeToString(s.nonce),
		Timeout:          c.signIn.client.sessionValidity.Milliseconds(),
		RPID:             c.rpID,
		UserVerification: c.userVerification,
	}
	for _, k := range c.signIn.user.passkeys {
		options.AllowCredentials = append(options.AllowCredentials,
			credentialDescriptor{"public-key", base64.RawURLEncoding.EncodeToString(k.id), k.transports})
	}
	return map[string]string{"CREDENTIAL_REQUEST_OPTIONS": string(marshal(options))}, nil
}

func (webAuthn) answer(c *call) (*authReply, error) {
	if err := c.require("CREDENTIAL"); err != nil {
		return nil, err
	}
	credential, err := parseCredential([]byte(c.params["CREDENTIAL"]))
	if err != nil {
		return nil, err
	}
	c.session.spent = true // by any verdict
	if err := c.verifyAssertion(c.signIn.user, c.session.nonce, credential); err != nil {
		return nil, refusePasskey(err)
	}
	c.signIn.secondFactor = true // none is asked for after a passkey
	return c.proceed()
}

// verifyAssertion is section 7.2.
func (p *pool) verifyAssertion(u *user, nonce []byte, c *credential) error {
	k := u.passkey(c.id) // steps 5 and 6
	if k == nil {
		return passkeyUnknown
	}
	if handle := c.response["userHandle"]; len(handle) > 0 && !bytes.Equal(handle, u.handle()) {
		return passkeyHandle
	}
	clientData, data := c.response["clientDataJSON"], c.response["authenticatorData"]
	if err := p.checkClientData(clientData, "webauthn.get", nonce); err != nil { // steps 10 to 14
		return err
	}
	authenticator, err := p.checkAuthenticatorData(data) // steps 15 to 18
	if err != nil {
		return err
	}
	hash := sha256.Sum256(clientData) // steps 20 and 21
	if !k.verify(append(bytes.Clone(data), hash[:]...), c.response["signature"]) {
		return passkeySignature
	}
	// Step 22: a count that doesn't grow means that there are two of the
	// passkey. Authenticators that don't count say 0.
	if (authenticator.signCount != 0 || k.signCount != 0) && authenticator.signCount <= k.signCount {
		return passkeyCloned
	}
	k.signCount = authenticator.signCount
	return nil
}

// A credential is an AuthenticationResponseJSON or a RegistrationResponseJSON.
type credential struct {
	id         []byte
	attachment string
	transports []string
	response   map[string][]byte // the binary members of "response" that are there
}

// parseCredential checks the shape of a credential.
func parseCredential(text []byte) (*credential, error) {
	var c credential
	var id, rawID, kind string
	var response json.RawMessage
	if err := unmarshalMembers(text, map[string]any{
		"id": &id, "rawId": &rawID, "type": &kind, "response": &response, "authenticatorAttachment": &c.attachment,
	}); err != nil {
		return nil, badCredential("it is no PublicKeyCredential as JSON")
	}
	var err error
	switch c.id, err = base64.RawURLEncoding.DecodeString(id); {
	case err != nil || id == "" || rawID != id:
		return nil, badCredential("id and rawId are not the same base64url")
	case kind != "public-key":
		return nil, badCredential("type is not public-key")
	}
	members := make(map[string]any)
	for _, name := range []string{"clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject"} {
		members[name] = new(string)
	}
	members["transports"] = &c.transports
	if unmarshalMembers(response, members) != nil {
		return nil, badCredential("response is not the answer of an authenticator")
	}
	c.response = make(map[string][]byte)
	for name, value := range members {
		if text, ok := value.(*string); ok && *text != "" {
			if c.response[name], err = base64.RawURLEncoding.DecodeString(*text); err != nil {
				return nil, badCredential("response." + name + " is not base64url")
			}
		}
	}
	return &c, nil
}

// unmarshalMembers reads members of a JSON object by their exact names, which
// a struct with field tags doesn't: encoding/json takes every letter case.
func unmarshalMembers(text []byte, to map[string]any) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	if members == nil {
		return errors.New("null")
	}
	for name, value := range to {
		if member, ok := members[name]; ok {
			if err := json.Unmarshal(member, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkClientData checks what the browser says: CollectedClientData.
func (p *pool) checkClientData(text []byte, kind string, nonce []byte) error {
	var data struct {
		kind, nonce, origin string
		crossOrigin         bool
	}
	if unmarshalMembers(text, map[string]any{
		"type": &data.kind, "challenge": &data.nonce, "origin": &data.origin, "crossOrigin": &data.crossOrigin,
	}) != nil {
		return badCredential("clientDataJSON is no client data")
	}
	got, err := base64.RawURLEncoding.DecodeString(data.nonce)
	switch {
	case data.kind != kind:
		return badCredential("clientDataJSON is not of type " + kind)
	case err != nil || subtle.ConstantTimeCompare(got, nonce) == 0:
		return passkeyChallenge
	case !originBelongs(data.origin, p.rpID) || data.crossOrigin:
		return passkeyOrigin
	}
	return nil
}

// originBelongs reports whether a page of this origin may use the passkeys of
// a relying party: one of its domain or of a domain below, by HTTPS. On
// localhost, HTTP will do, as for browsers.
func originBelongs(origin, rpID string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme+"://"+u.Host != origin {
		return false
	}
	host := u.Hostname()
	if host != rpID && !strings.HasSuffix(host, "."+rpID) {
		return false
	}
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	return u.Scheme == "https" || u.Scheme == "http" && local
}

// Flags of authenticator data, section 6.1.
const (
	userPresent        = 1 << 0
	userVerified       = 1 << 2
	backupEligible     = 1 << 3
	backedUp           = 1 << 4
	attestedCredential = 1 << 6
	extensionData      = 1 << 7
)

// authenticatorData is what the authenticator says.
type authenticatorData struct {
	rpIDHash  []byte
	flags     byte
	signCount uint32

	// Of a new credential:
	credentialID []byte
	publicKey    any
}

// maxCredentialID is the longest credential id, in section 7.1, step 25.
const maxCredentialID = 1023

func parseAuthenticatorData(text []byte) (d authenticatorData, err error) {
	const headSize, aaguidSize = sha256.Size + 1 + 4, 16
	malformed := badCredential("the authenticator data is malformed")
	if len(text) < headSize {
		return d, malformed
	}
	d.rpIDHash, d.flags, d.signCount = text[:sha256.Size], text[sha256.Size], binary.BigEndian.Uint32(text[sha256.Size+1:])
	rest := text[headSize:]
	if d.flags&attestedCredential != 0 {
		if len(rest) < aaguidSize+2 {
			return d, malformed
		}
		size := int(binary.BigEndian.Uint16(rest[aaguidSize:]))
		rest = rest[aaguidSize+2:]
		if size == 0 || size > maxCredentialID || size > len(rest) {
			return d, malformed
		}
		d.credentialID = rest[:size]
		if d.publicKey, rest, err = decodeCBOR(rest[size:]); err != nil {
			return d, malformed
		}
	}
	if d.flags&extensionData != 0 {
		var extensions any
		if extensions, rest, err = decodeCBOR(rest); err != nil {
			return d, malformed
		}
		if _, ok := extensions.(map[any]any); !ok {
			return d, malformed
		}
	}
	if len(rest) > 0 {
		return d, malformed
	}
	return d, nil
}

// checkAuthenticatorData checks what both ceremonies ask of it.
func (p *pool) checkAuthenticatorData(text []byte) (authenticatorData, error) {
	d, err := parseAuthenticatorData(text)
	if err != nil {
		return d, err
	}
	hash := sha256.Sum256([]byte(p.rpID))
	switch {
	case !bytes.Equal(d.rpIDHash, hash[:]):
		return d, passkeyRelyingParty
	case d.flags&userPresent == 0:
		return d, passkeyNobody
	case d.flags&userVerified == 0 && p.userVerification == types.UserVerificationTypeRequired:
		return d, passkeyUnverified
	case d.flags&backedUp != 0 && d.flags&backupEligible == 0:
		return d, badCredential("the authenticator data says both that there is and that there can't be a backup")
	}
	return d, nil
}

// Labels and values of COSE keys: RFC 9053, section 7.1, and RFC 8230, section 4.
const (
	coseKeyType   int64 = 1
	coseAlgorithm int64 = 3

	coseEC2      int64 = 2
	coseEC2Curve int64 = -1
	coseEC2X     int64 = -2
	coseEC2Y     int64 = -3
	coseP256     int64 = 1

	coseRSA  int64 = 3
	coseRSAN int64 = -1
	coseRSAE int64 = -2
)

// Sizes of RSA keys, in bits. The lower limit is that of RFC 8230.
const (
	minRSABits = 2048
	maxRSABits = 4096
)

// parseCOSEKey returns a function that verifies signatures by the key.
func parseCOSEKey(value any) (verify func(message, signature []byte) bool, err error) {
	key, _ := value.(map[any]any)
	bytesAt := func(label int64) []byte { b, _ := key[label].([]byte); return b }
	switch {
	case key[coseAlgorithm] == int64(ES256) && key[coseKeyType] == coseEC2 && key[coseEC2Curve] == coseP256:
		const size = 32
		x, y := bytesAt(coseEC2X), bytesAt(coseEC2Y)
		if len(x) != size || len(y) != size {
			return nil, passkeyKey
		}
		public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), bytes.Join([][]byte{{4}, x, y}, nil))
		if err != nil {
			return nil, passkeyKey
		}
		return func(message, signature []byte) bool {
			digest := sha256.Sum256(message)
			return ecdsa.VerifyASN1(public, digest[:], signature)
		}, nil
	case key[coseAlgorithm] == int64(RS256) && key[coseKeyType] == coseRSA:
		n, e := new(big.Int).SetBytes(bytesAt(coseRSAN)), new(big.Int).SetBytes(bytesAt(coseRSAE))
		if n.BitLen() < minRSABits || n.BitLen() > maxRSABits || n.Bit(0) == 0 || e.Bit(0) == 0 || e.BitLen() < 2 || e.BitLen() > 31 {
			return nil, passkeyKey
		}
		public := &rsa.PublicKey{N: n, E: int(e.Int64())}
		return func(message, signature []byte) bool {
			digest := sha256.Sum256(message)
			return rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature) == nil
		}, nil
	}
	return nil, passkeyKey
}
