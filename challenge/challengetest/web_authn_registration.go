package challengetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// maxPasskeys is how many a user can have: developer guide, "Passkey sign-in".
const maxPasskeys = 20

// registrationTimeout is that of the API reference's example of
// StartWebAuthnRegistration.
const registrationTimeout = time.Minute

// A registration is a passkey registration that has been started.
type registration struct {
	nonce    []byte
	clientID string
	at       time.Time
}

// creationOptions are a PublicKeyCredentialCreationOptionsJSON with the members
// in the API reference's example of StartWebAuthnRegistration.
type creationOptions struct {
	AuthenticatorSelection authenticatorSelection `json:"authenticatorSelection"`
	Challenge              string                 `json:"challenge"`
	ExcludeCredentials     []credentialDescriptor `json:"excludeCredentials"`
	PubKeyCredParams       []credentialParameter  `json:"pubKeyCredParams"`
	RP                     relyingParty           `json:"rp"`
	Timeout                int64                  `json:"timeout"` // milliseconds
	User                   passkeyUser            `json:"user"`
}

type authenticatorSelection struct {
	RequireResidentKey bool                       `json:"requireResidentKey"`
	ResidentKey        string                     `json:"residentKey"`
	UserVerification   types.UserVerificationType `json:"userVerification"`
}

type credentialParameter struct {
	Alg  Algorithm `json:"alg"`
	Type string    `json:"type"`
}

type relyingParty struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type passkeyUser struct {
	DisplayName string `json:"displayName"`
	ID          string `json:"id"`
	Name        string `json:"name"`
}

func startWebAuthnRegistration(c *call) (any, error) {
	u, clientID, err := c.authorizePasskeys()
	if err != nil {
		return nil, err
	}
	return map[string]any{"CredentialCreationOptions": c.startRegistration(u, clientID)}, nil
}

func (c *call) startRegistration(u *user, clientID string) creationOptions {
	u.registration = &registration{random(nonceSize), clientID, c.now}
	options := creationOptions{
		AuthenticatorSelection: authenticatorSelection{true, "required", c.userVerification},
		Challenge:              base64.RawURLEncoding.EncodeToString(u.registration.nonce),
		ExcludeCredentials:     []credentialDescriptor{},
		RP:                     relyingParty{c.rpID, c.rpID},
		Timeout:                registrationTimeout.Milliseconds(),
		User:                   passkeyUser{u.name, base64.RawURLEncoding.EncodeToString(u.handle()), u.name},
	}
	for _, alg := range algorithms {
		options.PubKeyCredParams = append(options.PubKeyCredParams, credentialParameter{alg, "public-key"})
	}
	for _, k := range u.passkeys {
		options.ExcludeCredentials = append(options.ExcludeCredentials,
			credentialDescriptor{Type: "public-key", ID: base64.RawURLEncoding.EncodeToString(k.id)})
	}
	return options
}

func completeWebAuthnRegistration(c *call) (any, error) {
	u, clientID, err := c.authorizePasskeys()
	if err != nil {
		return nil, err
	}
	if len(c.in.credential) == 0 {
		return nil, invalidMember("credential", "not be null")
	}
	return struct{}{}, c.completeRegistration(u, clientID, c.in.credential)
}

// completeRegistration is section 7.1. A registration that has been started is
// good for one verdict.
func (c *call) completeRegistration(u *user, clientID string, text []byte) error {
	r := u.registration
	switch {
	case r == nil || c.now.Sub(r.at) >= registrationTimeout:
		return passkeyChallenge
	case r.clientID != clientID:
		return passkeyClient
	}
	credential, err := parseCredential(text)
	if err != nil {
		return err
	}
	u.registration = nil
	if err := c.checkClientData(credential.response["clientDataJSON"], "webauthn.create", r.nonce); err != nil { // steps 7 to 11
		return err
	}
	attestation, rest, err := decodeCBOR(credential.response["attestationObject"]) // step 13
	object, ok := attestation.(map[any]any)
	if err != nil || !ok || len(rest) > 0 {
		return badCredential("attestationObject is no canonical CBOR")
	}
	data, _ := object["authData"].([]byte)
	authenticator, err := c.checkAuthenticatorData(data) // steps 14 to 19
	if err != nil {
		return err
	}
	if !bytes.Equal(authenticator.credentialID, credential.id) { // none, if it attests no credential
		return badCredential("the attested credential has another id")
	}
	verify, err := parseCOSEKey(authenticator.publicKey) // step 20
	if err != nil {
		return err
	}
	hash := sha256.Sum256(credential.response["clientDataJSON"])
	if !attested(object, authenticator.publicKey, verify, append(bytes.Clone(data), hash[:]...)) { // steps 21 to 24
		return passkeyAttestation
	}
	for _, other := range c.users { // step 26
		if other.passkey(credential.id) != nil {
			return passkeyTaken
		}
	}
	if len(u.passkeys) >= maxPasskeys {
		return tooManyPasskeys
	}
	u.passkeys = append(u.passkeys, &registeredPasskey{
		id:         credential.id,
		verify:     verify,
		signCount:  authenticator.signCount,
		transports: credential.transports,
		attachment: credential.attachment,
		created:    c.now,
	})
	return nil
}

// attested reports whether the attestation is what is left of one when, as here,
// none was asked for: none, or one by the passkey itself, which tells nothing
// and which browsers leave as it is (section 5.1.3; format "packed", 8.2).
func attested(object map[any]any, key any, verify func(message, signature []byte) bool, signed []byte) bool {
	statement, ok := object["attStmt"].(map[any]any)
	switch object["fmt"] {
	case "none":
		return ok && len(statement) == 0
	case "packed":
		key, _ := key.(map[any]any)
		signature, _ := statement["sig"].([]byte)
		return len(statement) == 2 && statement["alg"] == key[coseAlgorithm] && verify(signed, signature)
	}
	return false
}

// needPasskeys returns an error if nobody can sign in with one.
func (p *pool) needPasskeys() error {
	if !slices.Contains(p.firstFactors, types.AuthFactorTypeWebAuthn) {
		return passkeysDisabled
	}
	return nil
}

// authorizePasskeys returns the user of the request's access token, and the app
// client that it was issued to.
func (c *call) authorizePasskeys() (u *user, clientID string, err error) {
	if u, err = c.authorize(); err != nil {
		return nil, "", err
	}
	if err = c.needPasskeys(); err != nil {
		return nil, "", err
	}
	var claims struct {
		ClientID string `json:"client_id"`
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(c.in.accessToken, ".")[1])
	if err == nil {
		err = json.Unmarshal(payload, &claims)
	}
	return u, claims.ClientID, err
}

func listWebAuthnCredentials(c *call) (any, error) {
	u, err := c.authorize()
	if err != nil {
		return nil, err
	}
	type description struct {
		AuthenticatorAttachment string `json:",omitempty"`
		AuthenticatorTransports []string
		CreatedAt               float64
		CredentialID            string `json:"CredentialId"`
		FriendlyCredentialName  string
		RelyingPartyID          string `json:"RelyingPartyId"`
	}
	list := []description{}
	for _, k := range u.passkeys {
		list = append(list, description{
			AuthenticatorAttachment: k.attachment,
			AuthenticatorTransports: append([]string{}, k.transports...),
			CreatedAt:               float64(k.created.UnixMilli()) / 1000,
			CredentialID:            base64.RawURLEncoding.EncodeToString(k.id),
			FriendlyCredentialName:  "Passkey", // unsure
			RelyingPartyID:          c.rpID,
		})
	}
	return map[string]any{"Credentials": list}, nil
}

func deleteWebAuthnCredential(c *call) (any, error) {
	u, err := c.authorize()
	if err != nil {
		return nil, err
	}
	if c.in.credentialID == "" {
		return nil, invalidMember("credentialId", "not be null")
	}
	i := slices.IndexFunc(u.passkeys, func(k *registeredPasskey) bool {
		return base64.RawURLEncoding.EncodeToString(k.id) == c.in.credentialID
	})
	if i < 0 {
		return nil, passkeyNotFound
	}
	u.passkeys = slices.Delete(u.passkeys, i, i+1)
	return struct{}{}, nil
}

// RegisterPasskey registers a passkey of a user's as CompleteWebAuthnRegistration
// does, but without an access token: a test that is about signing in needs no
// more. username may be an alias. The error says what the pool or the passkey
// refused.
func (p *Pool) RegisterPasskey(username string, passkey *Passkey) error {
	in := p.open()
	in.mu.Lock()
	defer in.mu.Unlock()
	u, err := in.lookUp(username)
	if err != nil {
		return err
	}
	if err := in.needPasskeys(); err != nil {
		return fmt.Errorf("challengetest: %w", err)
	}
	c := &call{pool: in, now: in.now()}
	text, err := passkey.Register(string(marshal(c.startRegistration(u, ""))), "https://"+in.rpID)
	if err != nil {
		return err
	}
	if err := c.completeRegistration(u, "", []byte(text)); err != nil {
		return fmt.Errorf("challengetest: %w", err)
	}
	return nil
}
