package challenge

import (
	"encoding/base64"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// WebAuthn is WEB_AUTHN: the first factor is a passkey of the user's.
type WebAuthn struct {
	Issued

	// RequestOptions is a JSON object for the user's browser, a bare
	// PublicKeyCredentialRequestOptionsJSON: hand it unchanged to
	// PublicKeyCredential.parseRequestOptionsFromJSON, and the result to
	// navigator.credentials.get as its publicKey member. See
	// https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialrequestoptionsjson.
	RequestOptions string

	// Credential is what the browser returned, as JSON: an
	// AuthenticationResponseJSON, which is what a PublicKeyCredential's toJSON
	// method gives. Required. Its shape is checked before it is sent, its
	// signature is for Cognito to verify.
	Credential Secret
}

var _ Challenge = (*WebAuthn)(nil)

// Name returns WEB_AUTHN.
func (c *WebAuthn) Name() types.ChallengeNameType { return types.ChallengeNameTypeWebAuthn }

func (c *WebAuthn) decode(d *decoder) {
	const key = "CREDENTIAL_REQUEST_OPTIONS"
	c.RequestOptions = d.get(key)
	switch options := members([]byte(c.RequestOptions)); {
	case options == nil:
		d.fail(key, "is no JSON object of request options")
	case stringMember(options, "challenge") == "":
		d.fail(key, "has no challenge")
	}
}

func (c *WebAuthn) fields() []input {
	credential := hidden("Credential", "CREDENTIAL", &c.Credential)
	credential.Kind, credential.check = KindJSON, checkCredential
	return []input{credential}
}

// ChallengeResponses implements [Challenge]; its own key is CREDENTIAL.
func (c *WebAuthn) ChallengeResponses() (map[string]string, error) { return answer(c).done() }

// checkCredential returns what is wrong with an AuthenticationResponseJSON.
func checkCredential(text string) string {
	if text == "" {
		return "is required"
	}
	credential := members([]byte(text))
	if credential == nil {
		return "is no JSON object of an AuthenticationResponseJSON"
	}
	if stringMember(credential, "type") != "public-key" {
		return `has a type other than "public-key"`
	}
	response := members(credential["response"])
	for _, member := range []struct{ name, value string }{
		{"id", stringMember(credential, "id")},
		{"rawId", stringMember(credential, "rawId")},
		{"response.clientDataJSON", stringMember(response, "clientDataJSON")},
		{"response.authenticatorData", stringMember(response, "authenticatorData")},
		{"response.signature", stringMember(response, "signature")},
	} {
		if member.value == "" {
			return "has no " + member.name
		}
		if _, err := base64.RawURLEncoding.DecodeString(member.value); err != nil {
			return "has a " + member.name + " that is not base64url without padding"
		}
	}
	return ""
}

// members returns the members of a JSON object, or nil if text is none. Unlike
// a struct's, their names are taken by the letter, as the service takes them.
func members(text []byte) map[string]json.RawMessage {
	var m map[string]json.RawMessage
	if json.Unmarshal(text, &m) != nil {
		return nil
	}
	return m
}

// stringMember returns a member that is a string, or "".
func stringMember(object map[string]json.RawMessage, name string) string {
	var s string
	if json.Unmarshal(object[name], &s) != nil {
		return ""
	}
	return s
}
