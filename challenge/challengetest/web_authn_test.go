package challengetest_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// A handKey is a passkey written down from the specification's pictures: its
// COSE key is made of literal bytes, and it says whatever a test wants. The
// pool is not checked against its own Passkey alone.
type handKey struct {
	signer crypto.Signer
	cose   []byte
	id     []byte
}

func newHandES256(t testing.TB) handKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	cose := []byte("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20") // {1: 2, 3: -7, -1: 1, -2: 32 bytes,
	cose = append(cose, point[1:33]...)
	cose = append(cose, "\x22\x58\x20"...) // -3: 32 bytes}
	cose = append(cose, point[33:]...)
	return handKey{key, cose, randomBytes(16)}
}

// rsaKey is made once: it takes long.
var rsaKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func newHandRS256(t testing.TB) handKey {
	t.Helper()
	key, err := rsaKey()
	if err != nil {
		t.Fatal(err)
	}
	return handKey{key, handRSA(key.N.Bytes(), "\x43\x01\x00\x01"), randomBytes(400)}
}

// handRSA writes {1: 3, 3: -257, -1: n, -2: e}.
func handRSA(n []byte, e string) []byte {
	cose := []byte("\xa4\x01\x03\x03\x39\x01\x00\x20")
	if len(n) < 256 {
		cose = append(cose, 0x58, byte(len(n)))
	} else {
		cose = append(cose, 0x59, byte(len(n)>>8), byte(len(n)))
	}
	return append(append(append(cose, n...), 0x21), e...)
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// A ceremony is what a browser and an authenticator say in one.
type ceremony struct {
	kind, nonce, origin string
	crossOrigin         bool
	rpID                string
	flags               byte
	count               uint32
	more                []byte // at the end of the authenticator data

	cose        []byte // of a new credential
	attestedID  []byte
	attestation string // CBOR, before the authenticator data
	attest      byte   // the algorithm, as CBOR, in an attestation by the passkey itself; 0 if there is none
	certified   bool   // in that attestation

	credential object // as JSON
	response   object
}

const (
	present, verified, eligible, backedUp, attested, extended = 1, 4, 8, 16, 64, 128

	attestedNone = "\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData"
)

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// perform answers options, of creation or request, as edit changes it. What is
// signed is signed after edit, what edit puts into the response stays.
func (k handKey) perform(t testing.TB, options object, edit func(*ceremony)) string {
	t.Helper()
	c := ceremony{
		kind: "webauthn.get", nonce: options["challenge"].(string), origin: "https://example.com", flags: present,
		cose: k.cose, attestedID: k.id, attestation: attestedNone, credential: object{}, response: object{},
	}
	rp, create := options["rp"].(object)
	if create {
		c.kind, c.rpID, c.flags = "webauthn.create", rp["id"].(string), present|attested
	} else {
		c.rpID = options["rpId"].(string)
	}
	if edit != nil {
		edit(&c)
	}
	clientData, err := json.Marshal(object{"type": c.kind, "challenge": c.nonce, "origin": c.origin, "crossOrigin": c.crossOrigin})
	if err != nil {
		t.Fatal(err)
	}
	rpHash := sha256.Sum256([]byte(c.rpID))
	data := binary.BigEndian.AppendUint32(append(rpHash[:], c.flags), c.count)
	if c.flags&attested != 0 {
		data = append(data, make([]byte, 16)...)
		data = binary.BigEndian.AppendUint16(data, uint16(len(c.attestedID)))
		data = append(append(data, c.attestedID...), c.cose...)
	}
	data = append(data, c.more...)
	hash := sha256.Sum256(clientData)
	digest := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := k.signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	response := object{"clientDataJSON": b64(clientData)}
	if create {
		cbor := []byte(c.attestation)
		if c.attest != 0 {
			cbor = append([]byte("\xa3\x63fmt\x66packed\x67attStmt\xa2\x63alg"), c.attest)
			cbor = append(cbor, "\x63sig\x58"...)
			cbor = append(append(cbor, byte(len(signature))), signature...)
			if c.certified {
				cbor = bytes.Replace(append(cbor, "\x63x5c\x80"...), []byte("attStmt\xa2"), []byte("attStmt\xa3"), 1)
			}
			cbor = append(cbor, "\x68authData"...)
		}
		switch n := len(data); {
		case n < 24:
			cbor = append(cbor, 0x40|byte(n))
		case n < 256:
			cbor = append(cbor, 0x58, byte(n))
		default:
			cbor = append(cbor, 0x59, byte(n>>8), byte(n))
		}
		response["attestationObject"] = b64(append(cbor, data...))
		response["transports"] = []string{"usb", "nfc"}
	} else {
		response["authenticatorData"], response["signature"] = b64(data), b64(signature)
	}
	maps.Copy(response, c.response)
	credential := object{"id": b64(k.id), "rawId": b64(k.id), "type": "public-key", "response": response}
	maps.Copy(credential, c.credential)
	text, err := json.Marshal(credential)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// passkeyPool is a pool of example.com with alice, bob and a clock.
func passkeyPool(t testing.TB, now *clock, edit ...func(*challengetest.Config)) *challengetest.Pool {
	t.Helper()
	config := challengetest.Config{
		Clients:  []challengetest.AppClient{{ID: "client", AuthFlows: allFlows}, {ID: "other", AuthFlows: allFlows}},
		WebAuthn: types.WebAuthnConfigurationType{RelyingPartyId: aws.String("example.com")},
		Users: append(alice(func(u *challengetest.User) { u.Sub = "5478e488-a0b1-70ee-1111-222233334444" }),
			challengetest.User{Username: "bob", Password: challenge.NewSecret(right)}),
		Now: now.now,
	}
	for _, e := range edit {
		e(&config)
	}
	return newPool(t, config)
}

func accessToken(t testing.TB, p *challengetest.Pool, username string) any {
	t.Helper()
	return signIn(t, p, username, right).tokens()["AccessToken"]
}

func startRegistration(t testing.TB, p *challengetest.Pool, access any) object {
	t.Helper()
	return call(t, p, "StartWebAuthnRegistration", object{"AccessToken": access}).ok("CredentialCreationOptions").body["CredentialCreationOptions"].(object)
}

func completeRegistration(t testing.TB, p *challengetest.Pool, access any, credential string) reply {
	t.Helper()
	return call(t, p, "CompleteWebAuthnRegistration", object{"AccessToken": access, "Credential": json.RawMessage(credential)})
}

func register(t testing.TB, p *challengetest.Pool, username string, k handKey) {
	t.Helper()
	access := accessToken(t, p, username)
	completeRegistration(t, p, access, k.perform(t, startRegistration(t, p, access), nil)).ok()
}

func listPasskeys(t testing.TB, p *challengetest.Pool, access any) []any {
	t.Helper()
	return call(t, p, "ListWebAuthnCredentials", object{"AccessToken": access}).ok("Credentials").body["Credentials"].([]any)
}

// requestOptions starts WEB_AUTHN.
func requestOptions(t testing.TB, p *challengetest.Pool, username string) (reply, object) {
	t.Helper()
	asked := choice(t, p, username, prefer("WEB_AUTHN")).offers("WEB_AUTHN", append(passwordOnly[:2:2], "WEB_AUTHN"), "CREDENTIAL_REQUEST_OPTIONS")
	var options object
	if err := json.Unmarshal([]byte(asked.param("CREDENTIAL_REQUEST_OPTIONS")), &options); err != nil {
		t.Fatal(err)
	}
	return asked, options
}

func withCredential(text string) texts { return texts{"USERNAME": "alice", "CREDENTIAL": text} }

var anyNonce = cmp.FilterPath(func(p cmp.Path) bool {
	key, ok := p.Last().(cmp.MapIndex)
	return ok && key.Key().String() == "challenge"
}, cmp.Comparer(func(a, b any) bool { return len(fmt.Sprint(a)) == len(fmt.Sprint(b)) }))

// noncePattern is as long as 32 bytes in base64url.
var noncePattern = strings.Repeat("x", 43)

func TestPasskeyRegistration(t *testing.T) {
	now := newClock()
	p := passkeyPool(t, now)
	access := accessToken(t, p, "alice")
	options := startRegistration(t, p, access)
	want := object{
		"authenticatorSelection": object{"requireResidentKey": true, "residentKey": "required", "userVerification": "preferred"},
		"challenge":              noncePattern,
		"excludeCredentials":     []any{},
		"pubKeyCredParams":       []any{object{"alg": -7.0, "type": "public-key"}, object{"alg": -257.0, "type": "public-key"}},
		"rp":                     object{"id": "example.com", "name": "example.com"},
		"timeout":                60000.0,
		"user":                   object{"displayName": "alice", "id": b64([]byte("5478e488-a0b1-70ee-1111-222233334444")), "name": "alice"},
	}
	if diff := cmp.Diff(want, options, anyNonce); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	k := newHandES256(t)
	completeRegistration(t, p, access, k.perform(t, options, func(c *ceremony) {
		c.credential["authenticatorAttachment"] = "cross-platform"
	})).ok()

	second := startRegistration(t, p, access)
	want["excludeCredentials"] = []any{object{"type": "public-key", "id": b64(k.id)}}
	if diff := cmp.Diff(want, second, anyNonce); diff != "" {
		t.Errorf("second options (-want +got):\n%s", diff)
	}
	if second["challenge"] == options["challenge"] {
		t.Error("a challenge was issued twice")
	}

	wantList := []any{object{
		"AuthenticatorAttachment": "cross-platform", "AuthenticatorTransports": []any{"usb", "nfc"}, "CreatedAt": float64(now.t.Unix()),
		"CredentialId": b64(k.id), "FriendlyCredentialName": "Passkey", "RelyingPartyId": "example.com",
	}}
	if diff := cmp.Diff(wantList, listPasskeys(t, p, access)); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	if got := listPasskeys(t, p, accessToken(t, p, "bob")); len(got) != 0 {
		t.Errorf("bob has %v", got)
	}

	// Deleted, it is no factor any more.
	remove := func(access any, id string) reply {
		return call(t, p, "DeleteWebAuthnCredential", object{"AccessToken": access, "CredentialId": id})
	}
	asked, request := requestOptions(t, p, "alice")
	const unknown = "The user has no such passkey."
	remove(accessToken(t, p, "bob"), b64(k.id)).fails("ResourceNotFoundException", unknown)
	remove(access, "").fails(invalidParameter, "1 validation error detected: Value at 'credentialId' failed to satisfy constraint: Member must not be null")
	remove(access, b64(k.id)).ok()
	remove(access, b64(k.id)).fails("ResourceNotFoundException", unknown)
	choice(t, p, "alice", prefer("WEB_AUTHN")).offers("SELECT_CHALLENGE", passwordOnly)
	asked.answer(p, withCredential(k.perform(t, request, nil))).fails(notAuthorized,
		"Passkey sign-in failed: Invalid passkey credential: the user has no such passkey")
}

func TestPasskeyRegistrationsThatAreRefused(t *testing.T) {
	const (
		notFound     = "WebAuthnChallengeNotFoundException"
		mismatch     = "WebAuthnClientMismatchException"
		unsupported  = "WebAuthnCredentialNotSupportedException"
		originRefuse = "WebAuthnOriginNotAllowedException"
		rpRefuse     = "WebAuthnRelyingPartyMismatchException"

		badChallenge = "The challenge is not the one that was issued, or has expired."
		badOrigin    = "The origin does not belong to the relying party."
		badKey       = "The public key is not one of ES256 or RS256."
		badFormat    = "The attestation is neither none nor by the passkey itself."
		malformed    = "Invalid passkey credential: the authenticator data is malformed"
		badCBOR      = "Invalid passkey credential: attestationObject is no canonical CBOR"
		invalid      = "Invalid passkey credential: "
	)
	now := newClock()
	p := passkeyPool(t, now)
	access := accessToken(t, p, "alice")
	k, stranger := newHandES256(t), newHandES256(t)
	es256 := func(edit func(cose []byte)) func(*ceremony) {
		return func(c *ceremony) { c.cose = bytes.Clone(c.cose); edit(c.cose) }
	}
	for _, test := range []struct {
		name, code, text string
		edit             func(*ceremony)
	}{
		{"type of the other ceremony", invalidParameter, invalid + "clientDataJSON is not of type webauthn.create", func(c *ceremony) { c.kind = "webauthn.get" }},
		{"another challenge", notFound, badChallenge, func(c *ceremony) { c.nonce = b64(randomBytes(32)) }},
		{"challenge with padding", notFound, badChallenge, func(c *ceremony) { c.nonce += "=" }},
		{"another site", originRefuse, badOrigin, func(c *ceremony) { c.origin = "https://example.org" }},
		{"in a frame of another site", originRefuse, badOrigin, func(c *ceremony) { c.crossOrigin = true }},
		{"another relying party", rpRefuse, "The passkey is for another relying party.", func(c *ceremony) { c.rpID = "example.org" }},
		{"nobody there", invalidParameter, invalid + "the authenticator saw no user", func(c *ceremony) { c.flags = attested }},
		{"backed up without being eligible", invalidParameter, invalid + "the authenticator data says both that there is and that there can't be a backup", func(c *ceremony) { c.flags |= backedUp }},
		{"no credential", invalidParameter, invalid + "the attested credential has another id", func(c *ceremony) { c.flags = present }},
		{"another id", invalidParameter, invalid + "the attested credential has another id", func(c *ceremony) { c.attestedID = randomBytes(16) }},
		{"empty id", invalidParameter, malformed, func(c *ceremony) { c.attestedID = nil }},
		{"long id", invalidParameter, malformed, func(c *ceremony) { c.attestedID = randomBytes(1024) }},
		{"more data", invalidParameter, malformed, func(c *ceremony) { c.more = []byte{0} }},
		{"extensions that aren't there", invalidParameter, malformed, func(c *ceremony) { c.flags |= extended }},
		{"extensions that are no map", invalidParameter, malformed, func(c *ceremony) { c.flags |= extended; c.more = []byte{0} }},
		{"key cut off", invalidParameter, malformed, func(c *ceremony) { c.cose = c.cose[:70] }},
		{"key of another type", unsupported, badKey, es256(func(cose []byte) { cose[2] = 1 })},
		{"key of another algorithm", unsupported, badKey, es256(func(cose []byte) { cose[4] = 0x27 })}, // EdDSA
		{"key of another curve", unsupported, badKey, es256(func(cose []byte) { cose[6] = 2 })},
		{"key off the curve", unsupported, badKey, es256(func(cose []byte) { cose[20] ^= 1 })},
		{"key with a compressed point", unsupported, badKey, func(c *ceremony) { c.cose = append(bytes.Clone(c.cose[:43]), 0xf5) }},
		{"short RSA key", unsupported, badKey, func(c *ceremony) { c.cose = handRSA(bytes.Repeat([]byte{0xff}, 128), "\x43\x01\x00\x01") }},
		{"long RSA key", unsupported, badKey, func(c *ceremony) { c.cose = handRSA(bytes.Repeat([]byte{0xff}, 513), "\x43\x01\x00\x01") }},
		{"even RSA key", unsupported, badKey, func(c *ceremony) { c.cose = handRSA(bytes.Repeat([]byte{0xfe}, 256), "\x43\x01\x00\x01") }},
		{"RSA key with exponent 1", unsupported, badKey, func(c *ceremony) { c.cose = handRSA(bytes.Repeat([]byte{0xff}, 256), "\x41\x01") }},
		{"RSA key with an even exponent", unsupported, badKey, func(c *ceremony) { c.cose = handRSA(bytes.Repeat([]byte{0xff}, 256), "\x41\x04") }},
		{"RSA key with a long exponent", unsupported, badKey, func(c *ceremony) { c.cose = handRSA(bytes.Repeat([]byte{0xff}, 256), "\x44\xff\xff\xff\xff") }},
		{"key that is no map", unsupported, badKey, func(c *ceremony) { c.cose = []byte{0} }},
		{"another format", unsupported, badFormat, func(c *ceremony) { c.attestation = "\xa3\x63fmt\x66packed\x67attStmt\xa0\x68authData" }},
		{"a statement", unsupported, badFormat, func(c *ceremony) { c.attestation = "\xa3\x63fmt\x64none\x67attStmt\xa1\x63alg\x26\x68authData" }},
		{"no statement", unsupported, badFormat, func(c *ceremony) { c.attestation = "\xa2\x63fmt\x64none\x68authData" }},
		{"no format", unsupported, badFormat, func(c *ceremony) { c.attestation = "\xa2\x67attStmt\xa0\x68authData" }},
		{"an attestation by another algorithm", unsupported, badFormat, func(c *ceremony) { c.attest = 0x27 }},
		{"an attestation with certificates", unsupported, badFormat, func(c *ceremony) { c.attest, c.certified = 0x26, true }},
		{"an attestation by another key", unsupported, badFormat, func(c *ceremony) { c.attest = 0x26; c.cose = stranger.cose }},
		{"a key twice", invalidParameter, badCBOR, func(c *ceremony) { c.attestation = "\xa4\x63fmt\x64none\x63fmt\x64none\x67attStmt\xa0\x68authData" }},
		{"no CBOR", invalidParameter, badCBOR, func(c *ceremony) { c.response["attestationObject"] = "AAAA" }},
		{"more than one value", invalidParameter, badCBOR, func(c *ceremony) { c.response["attestationObject"] = "oAA" }},
		{"another value", invalidParameter, badCBOR, func(c *ceremony) { c.response["attestationObject"] = "AA" }},
		{"no authenticator data", invalidParameter, malformed, func(c *ceremony) { c.response["attestationObject"] = "oA" }},
		{"no client data", invalidParameter, invalid + "clientDataJSON is no client data", func(c *ceremony) { c.response["clientDataJSON"] = "" }},
		{"base64 with padding", invalidParameter, invalid + "response.clientDataJSON is not base64url", func(c *ceremony) { c.response["clientDataJSON"] = "e30=" }},
		{"response no object", invalidParameter, invalid + "response is not the answer of an authenticator", func(c *ceremony) { c.credential["response"] = 1 }},
		{"ids differ", invalidParameter, invalid + "id and rawId are not the same base64url", func(c *ceremony) { c.credential["rawId"] = "AAAA" }},
		{"no id", invalidParameter, invalid + "id and rawId are not the same base64url", func(c *ceremony) { c.credential["id"], c.credential["rawId"] = "", "" }},
		{"another type", invalidParameter, invalid + "type is not public-key", func(c *ceremony) { c.credential["type"] = "password" }},
		{"a number for a string", invalidParameter, invalid + "it is no PublicKeyCredential as JSON", func(c *ceremony) { c.credential["id"] = 1 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			completeRegistration(t, p, access, k.perform(t, startRegistration(t, p, access), test.edit)).fails(test.code, test.text)
			if got := listPasskeys(t, p, access); len(got) != 0 {
				t.Errorf("registered: %v", got)
			}
		})
	}
	for _, text := range []string{"[]", "1", `""`, `{"Id":"AA","RawId":"AA","Type":"public-key"}`} {
		startRegistration(t, p, access)
		if r := completeRegistration(t, p, access, text); r.body["__type"] != invalidParameter {
			t.Errorf("%s: %v", text, r.body)
		}
	}
	call(t, p, "CompleteWebAuthnRegistration", object{"AccessToken": access}).fails(invalidParameter,
		"1 validation error detected: Value at 'credential' failed to satisfy constraint: Member must not be null")

	// Who, when and how often.
	first := startRegistration(t, p, access)
	startRegistration(t, p, access)
	completeRegistration(t, p, access, k.perform(t, first, nil)).fails(notFound, badChallenge) // a newer one counts
	options := startRegistration(t, p, access)
	now.advance(time.Minute)
	completeRegistration(t, p, access, k.perform(t, options, nil)).fails(notFound, badChallenge)
	options = startRegistration(t, p, access)
	other := call(t, p, "InitiateAuth", object{
		"ClientId": "other", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": texts{"USERNAME": "alice", "PASSWORD": right},
	}).tokens()["AccessToken"]
	completeRegistration(t, p, other, k.perform(t, options, nil)).
		fails(mismatch, "The registration was started with an access token of another app client.")
	bob := accessToken(t, p, "bob")
	completeRegistration(t, p, bob, k.perform(t, options, nil)).fails(notFound, badChallenge)
	good := k.perform(t, options, nil)
	completeRegistration(t, p, access, good).ok()
	completeRegistration(t, p, access, good).fails(notFound, badChallenge)
	completeRegistration(t, p, bob, k.perform(t, startRegistration(t, p, bob), nil)).
		fails(invalidParameter, "Invalid passkey credential: it is registered already")
	for _, operation := range []string{
		"StartWebAuthnRegistration", "CompleteWebAuthnRegistration", "ListWebAuthnCredentials", "DeleteWebAuthnCredential",
	} {
		call(t, p, operation, object{"AccessToken": "x"}).fails(notAuthorized, "Invalid Access Token")
	}

	for range 19 {
		register(t, p, "alice", newHandES256(t))
	}
	completeRegistration(t, p, access, newHandES256(t).perform(t, startRegistration(t, p, access), nil)).
		fails("LimitExceededException", "The user has the maximum number of passkeys.")

	without := passkeyPool(t, now, func(c *challengetest.Config) { c.FirstFactors = []types.AuthFactorType{"PASSWORD"} })
	call(t, without, "StartWebAuthnRegistration", object{"AccessToken": accessToken(t, without, "alice")}).
		fails("WebAuthnNotEnabledException", "Passkeys are not enabled for the user pool.")
}

func TestWebAuthn(t *testing.T) {
	for name, newKey := range map[string]func(testing.TB) handKey{"ES256": newHandES256, "RS256": newHandRS256} {
		t.Run(name, func(t *testing.T) {
			p := passkeyPool(t, newClock())
			k := newKey(t)
			register(t, p, "alice", k)
			asked, options := requestOptions(t, p, "alice")
			want := object{
				"challenge": noncePattern, "timeout": 180000.0, "rpId": "example.com", "userVerification": "preferred",
				"allowCredentials": []any{object{"type": "public-key", "id": b64(k.id), "transports": []any{"usb", "nfc"}}},
			}
			if diff := cmp.Diff(want, options, anyNonce); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}
			// The text itself, in the order of the API reference's example.
			if text := asked.param("CREDENTIAL_REQUEST_OPTIONS"); !strings.HasPrefix(text, `{"challenge":"`) ||
				!strings.Contains(text, `","timeout":180000,"rpId":"example.com","allowCredentials":[{"type":"public-key","id":"`) {
				t.Errorf("options %s", text)
			}
			credential := withCredential(k.perform(t, options, nil))
			asked.answer(p, credential).tokens()
			asked.answer(p, credential).fails(notAuthorized, usedOnce)

			// By selection, and from a subdomain.
			selected := choice(t, p, "alice", nil).answer(p, texts{"USERNAME": "alice", "ANSWER": "WEB_AUTHN"})
			selected.continues("WEB_AUTHN", "CREDENTIAL_REQUEST_OPTIONS")
			if err := json.Unmarshal([]byte(selected.param("CREDENTIAL_REQUEST_OPTIONS")), &options); err != nil {
				t.Fatal(err)
			}
			selected.answer(p, withCredential(k.perform(t, options, func(c *ceremony) { c.origin = "https://a.example.com:8443" }))).tokens()
		})
	}
}

func TestAssertionsThatAreRefused(t *testing.T) {
	p := passkeyPool(t, newClock())
	k, bobs := newHandES256(t), newHandES256(t)
	register(t, p, "alice", k)
	register(t, p, "bob", bobs)
	const (
		failed  = "Passkey sign-in failed: "
		invalid = "Invalid passkey credential: "
	)
	flip := func(text any) string {
		b, err := base64.RawURLEncoding.DecodeString(text.(string))
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)-1] ^= 1
		return b64(b)
	}
	for _, test := range []struct {
		name, text string
		edit       func(*ceremony)
	}{
		{"type of the other ceremony", invalid + "clientDataJSON is not of type webauthn.get", func(c *ceremony) { c.kind = "webauthn.create" }},
		{"another challenge", "The challenge is not the one that was issued, or has expired.", func(c *ceremony) { c.nonce = b64(randomBytes(32)) }},
		{"another site", "The origin does not belong to the relying party.", func(c *ceremony) { c.origin = "https://example.org" }},
		{"site with a like name", "The origin does not belong to the relying party.", func(c *ceremony) { c.origin = "https://badexample.com" }},
		{"site above", "The origin does not belong to the relying party.", func(c *ceremony) { c.origin = "https://com" }},
		{"no TLS", "The origin does not belong to the relying party.", func(c *ceremony) { c.origin = "http://example.com" }},
		{"origin with a path", "The origin does not belong to the relying party.", func(c *ceremony) { c.origin = "https://example.com/" }},
		{"origin with a user", "The origin does not belong to the relying party.", func(c *ceremony) { c.origin = "https://x@example.com" }},
		{"in a frame of another site", "The origin does not belong to the relying party.", func(c *ceremony) { c.crossOrigin = true }},
		{"another relying party", "The passkey is for another relying party.", func(c *ceremony) { c.rpID = "a.example.com" }},
		{"nobody there", invalid + "the authenticator saw no user", func(c *ceremony) { c.flags = verified }},
		{"backed up without being eligible", invalid + "the authenticator data says both that there is and that there can't be a backup", func(c *ceremony) { c.flags |= backedUp }},
		{"more data", invalid + "the authenticator data is malformed", func(c *ceremony) { c.more = []byte{0} }},
		{"another user's handle", invalid + "userHandle is another user's", func(c *ceremony) { c.response["userHandle"] = b64([]byte("bob")) }},
		{"another user's passkey", invalid + "the user has no such passkey", func(c *ceremony) { c.credential["id"], c.credential["rawId"] = b64(bobs.id), b64(bobs.id) }},
		{"nobody's passkey", invalid + "the user has no such passkey", func(c *ceremony) { c.credential["id"], c.credential["rawId"] = "AAAA", "AAAA" }},
		{"no signature", invalid + "the signature is wrong", func(c *ceremony) { c.response["signature"] = "" }},
		{"signature of something else", invalid + "the signature is wrong", func(c *ceremony) { c.response["signature"] = b64(randomBytes(70)) }},
		{"no authenticator data", invalid + "the authenticator data is malformed", func(c *ceremony) { c.response["authenticatorData"] = "" }},
		{"no client data", invalid + "clientDataJSON is no client data", func(c *ceremony) { c.response["clientDataJSON"] = "" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked, options := requestOptions(t, p, "alice")
			asked.answer(p, withCredential(k.perform(t, options, test.edit))).fails(notAuthorized, failed+test.text)
			// One answer, right or wrong.
			asked.answer(p, withCredential(k.perform(t, options, nil))).fails(notAuthorized, usedOnce)
		})
	}

	// What is signed can't be changed: the last bit of each.
	for _, member := range []string{"clientDataJSON", "authenticatorData", "signature"} {
		asked, options := requestOptions(t, p, "alice")
		var credential object
		if err := json.Unmarshal([]byte(k.perform(t, options, func(c *ceremony) { c.count = 0 })), &credential); err != nil {
			t.Fatal(err)
		}
		response := credential["response"].(object)
		response[member] = flip(response[member])
		text, err := json.Marshal(credential)
		if err != nil {
			t.Fatal(err)
		}
		if r := asked.answer(p, withCredential(string(text))); r.body["__type"] != notAuthorized {
			t.Errorf("%s changed: %v", member, r.body)
		}
	}

	// What makes no sense is refused before it is judged.
	asked, options := requestOptions(t, p, "alice")
	for _, bad := range []struct{ credential, text string }{
		{"", "Missing required parameter CREDENTIAL"},
		{"x", invalid + "it is no PublicKeyCredential as JSON"},
		{"null", invalid + "it is no PublicKeyCredential as JSON"},
		{"{}", invalid + "id and rawId are not the same base64url"},
		{k.perform(t, options, func(c *ceremony) { c.credential["type"] = "x" }), invalid + "type is not public-key"},
		{k.perform(t, options, func(c *ceremony) { c.response["signature"] = "a+b=" }), invalid + "response.signature is not base64url"},
	} {
		asked.answer(p, withCredential(bad.credential)).fails(invalidParameter, bad.text)
	}
	asked.answer(p, withCredential(k.perform(t, options, func(c *ceremony) {
		c.response["userHandle"] = b64([]byte("5478e488-a0b1-70ee-1111-222233334444"))
	}))).tokens()
}

func TestPasskeyUserVerification(t *testing.T) {
	p := passkeyPool(t, newClock(), func(c *challengetest.Config) { c.WebAuthn.UserVerification = types.UserVerificationTypeRequired })
	k := newHandES256(t)
	access := accessToken(t, p, "alice")
	const text = "The authenticator did not verify the user."
	options := startRegistration(t, p, access)
	if options["authenticatorSelection"].(object)["userVerification"] != "required" {
		t.Errorf("options %v", options)
	}
	completeRegistration(t, p, access, k.perform(t, options, nil)).fails("WebAuthnCredentialNotSupportedException", text)
	verifies := func(c *ceremony) { c.flags |= verified }
	completeRegistration(t, p, access, k.perform(t, startRegistration(t, p, access), verifies)).ok()

	asked, options := requestOptions(t, p, "alice")
	if options["userVerification"] != "required" {
		t.Errorf("options %v", options)
	}
	asked.answer(p, withCredential(k.perform(t, options, nil))).fails(notAuthorized, "Passkey sign-in failed: "+text)
	asked, options = requestOptions(t, p, "alice")
	asked.answer(p, withCredential(k.perform(t, options, verifies))).tokens()
}

// TestPasskeySignCount: a counter that doesn't grow tells of a copy of the
// passkey; no counter at all is no counter.
func TestPasskeySignCount(t *testing.T) {
	p := passkeyPool(t, newClock())
	k := newHandES256(t)
	register(t, p, "alice", k)
	sign := func(count uint32) reply {
		asked, options := requestOptions(t, p, "alice")
		return asked.answer(p, withCredential(k.perform(t, options, func(c *ceremony) { c.count = count })))
	}
	const cloned = "Passkey sign-in failed: Invalid passkey credential: the signature counter did not grow"
	sign(0).tokens()
	sign(0).tokens()
	sign(5).tokens()
	sign(5).fails(notAuthorized, cloned)
	sign(4).fails(notAuthorized, cloned)
	sign(0).fails(notAuthorized, cloned)
	sign(6).tokens()
}

// TestPasskeyAttestsItself: the one attestation that may be there.
func TestPasskeyAttestsItself(t *testing.T) {
	p := passkeyPool(t, newClock())
	access := accessToken(t, p, "alice")
	completeRegistration(t, p, access, newHandES256(t).perform(t, startRegistration(t, p, access), func(c *ceremony) { c.attest = 0x26 })).ok()
}

func TestPasskeyExtensionsAndBackup(t *testing.T) {
	p := passkeyPool(t, newClock())
	k := newHandRS256(t)
	access := accessToken(t, p, "alice")
	more := func(c *ceremony) {
		c.flags |= eligible | backedUp | extended
		c.more = []byte("\xa1\x6bcredProtect\x02")
	}
	completeRegistration(t, p, access, k.perform(t, startRegistration(t, p, access), more)).ok()
	asked, options := requestOptions(t, p, "alice")
	asked.answer(p, withCredential(k.perform(t, options, more))).tokens()
}

// TestPasskeysAndSecondFactors: who has a second factor can't do without, and
// after a passkey none is asked for.
func TestPasskeysAndSecondFactors(t *testing.T) {
	p := passkeyPool(t, newClock())
	k := newHandES256(t)
	register(t, p, "alice", k)
	access := accessToken(t, p, "alice")
	call(t, p, "AssociateSoftwareToken", object{"AccessToken": access}).ok("SecretCode")
	code, err := p.TOTPCode("alice")
	if err != nil {
		t.Fatal(err)
	}
	call(t, p, "VerifySoftwareToken", object{"AccessToken": access, "UserCode": code.Reveal()}).ok("Status")
	asked, options := requestOptions(t, p, "alice")
	call(t, p, "SetUserMFAPreference", object{"AccessToken": access, "SoftwareTokenMfaSettings": object{"Enabled": true}}).ok()
	choice(t, p, "alice", prefer("WEB_AUTHN")).offers("SELECT_CHALLENGE", passwordOnly)
	asked.answer(p, withCredential(k.perform(t, options, nil))).tokens()
}
