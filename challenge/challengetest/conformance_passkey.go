package challengetest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// registerPasskey signs in by password and registers a passkey.
func (c *conversation) registerPasskey() bool {
	c.first = types.ChallengeNameTypePassword
	signedIn := c.prefer()
	c.first = types.ChallengeNameTypeWebAuthn
	if signedIn == nil {
		return false
	}
	c.accessToken = signedIn.result.AccessToken
	c.say("StartWebAuthnRegistration")
	started, err := c.api.StartWebAuthnRegistration(c.ctx, &cognitoidentityprovider.StartWebAuthnRegistrationInput{AccessToken: c.accessToken})
	if !c.succeeded(err) || !c.that(started.CredentialCreationOptions != nil, "there are no CredentialCreationOptions") {
		return false
	}
	credential, err := c.makePasskey(started.CredentialCreationOptions)
	if err != nil {
		c.differ("%v", err)
		return false
	}
	c.say("CompleteWebAuthnRegistration")
	_, err = c.api.CompleteWebAuthnRegistration(c.ctx, &cognitoidentityprovider.CompleteWebAuthnRegistrationInput{
		AccessToken: c.accessToken, Credential: credential,
	})
	return c.succeeded(err)
}

// makePasskey returns what a browser makes of creation options.
func (c *conversation) makePasskey(options document.Interface) (document.Interface, error) {
	text, err := options.MarshalSmithyDocument()
	if err != nil {
		return nil, err
	}
	if c.passkey, err = NewPasskey(ES256); err != nil {
		return nil, err
	}
	made, err := c.passkey.Register(string(text), c.Origin)
	if err != nil {
		return nil, err
	}
	var credential map[string]any
	err = json.Unmarshal([]byte(made), &credential)
	return document.NewLazyDocument(credential), err
}

func (c *conversation) deletePasskey() {
	c.say("DeleteWebAuthnCredential")
	_, err := c.api.DeleteWebAuthnCredential(c.ctx, &cognitoidentityprovider.DeleteWebAuthnCredentialInput{
		AccessToken: c.accessToken, CredentialId: aws.String(base64.RawURLEncoding.EncodeToString(c.passkey.open().id)),
	})
	c.succeeded(err)
	c.passkey = nil
}

// lookAtOptions examines what a passkey doesn't refuse by itself.
func (c *conversation) lookAtOptions() {
	var o requestOptions
	if !c.that(json.Unmarshal([]byte(c.at.params["CREDENTIAL_REQUEST_OPTIONS"]), &o) == nil, "CREDENTIAL_REQUEST_OPTIONS are no options in JSON") {
		return
	}
	_, err := base64.RawURLEncoding.DecodeString(o.Challenge)
	c.that(err == nil, "challenge is not base64url without padding")
	c.that(o.Timeout > 0, "timeout is not positive")
	c.that(c.passkey.open().isIn(o.AllowCredentials), "allowCredentials lack the passkey")
	c.that(slices.Contains(o.UserVerification.Values(), o.UserVerification), "userVerification is neither required nor preferred")
}

var errNoPasskey = errors.New("no passkey is registered")

// showPasskey answers WEB_AUTHN. The wrong answer is to another challenge.
func (c *conversation) showPasskey(right bool) (map[string]string, error) {
	if c.passkey == nil {
		return nil, errNoPasskey
	}
	options := c.at.params["CREDENTIAL_REQUEST_OPTIONS"]
	if !right {
		var o requestOptions
		if err := json.Unmarshal([]byte(options), &o); err != nil {
			return nil, err
		}
		o.Challenge = base64.RawURLEncoding.EncodeToString(random(nonceSize))
		options = string(marshal(o))
	}
	credential, err := c.passkey.Sign(options, c.Origin)
	return map[string]string{"CREDENTIAL": credential.Reveal()}, err
}
