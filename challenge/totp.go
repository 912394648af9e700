package challenge

import (
	"context"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// SoftwareTokenAPI is the part of the SDK's client that enrols authenticator
// apps.
type SoftwareTokenAPI interface {
	AssociateSoftwareToken(context.Context, *cip.AssociateSoftwareTokenInput, ...func(*cip.Options)) (*cip.AssociateSoftwareTokenOutput, error)
	VerifySoftwareToken(context.Context, *cip.VerifySoftwareTokenInput, ...func(*cip.Options)) (*cip.VerifySoftwareTokenOutput, error)
}

var _ SoftwareTokenAPI = (*cip.Client)(nil)

// SoftwareToken is a new authenticator: the secret that the user's app and
// Cognito share from now on.
type SoftwareToken struct {
	// SecretCode is the secret in base32 without padding, for users who type
	// it into their app.
	SecretCode Secret
}

// URI returns the secret as an otpauth URI, which authenticator apps read from
// a QR code. issuer names the service and account the user, as the app will
// show them; both are escaped. Either may be empty.
//
// The format is a convention of the apps, not of Cognito:
// https://github.com/google/google-authenticator/wiki/Key-Uri-Format. Cognito
// uses its defaults (SHA-1, 6 digits, 30 seconds) and has no others.
func (t SoftwareToken) URI(issuer, account string) Secret {
	label := escape(account)
	query := "secret=" + escape(t.SecretCode.Reveal())
	if issuer != "" {
		label = escape(issuer) + ":" + label
		query += "&issuer=" + escape(issuer)
	}
	return NewSecret("otpauth://totp/" + label + "?" + query)
}

// escape leaves no character that means something in a path or a query. A
// space is "%20", because the apps show a "+" as it is.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// AssociateSoftwareToken asks Cognito for the secret of a new authenticator
// for a user who is signed in; within MFA_SETUP use
// [MFASetup.AssociateSoftwareToken]. The access token must have the scope
// aws.cognito.signin.user.admin, as every sign-in's has. The new secret counts
// from the moment that [VerifySoftwareToken] succeeds.
func AssociateSoftwareToken(ctx context.Context, api SoftwareTokenAPI, accessToken Secret, optFns ...func(*cip.Options)) (SoftwareToken, error) {
	if accessToken.IsZero() {
		return SoftwareToken{}, &InvalidError{Field: "accessToken", Key: "AccessToken", Problem: "is required"}
	}
	token, _, err := associate(ctx, api, "", &cip.AssociateSoftwareTokenInput{AccessToken: aws.String(accessToken.Reveal())}, optFns)
	return token, err
}

// VerifySoftwareToken finishes the enrolment of a signed-in user's
// authenticator with the code that it shows, and names it deviceName, which
// may be empty. In a pool where MFA is optional, call the SDK's
// SetUserMFAPreference afterwards, or the factor is not asked for.
//
// After a wrong code ([BadCode]) call it again with another one. When it fails
// with Error.Ambiguous, begin again with [AssociateSoftwareToken]: that works
// whether or not the code was taken.
func VerifySoftwareToken(ctx context.Context, api SoftwareTokenAPI, accessToken, code Secret, deviceName string, optFns ...func(*cip.Options)) error {
	f := newForm(InvalidError{})
	f.secret("accessToken", "AccessToken", accessToken)
	_, err := verify(ctx, api, f, code, deviceName, optFns)
	return err
}

// associate is AssociateSoftwareToken for a session or an access token.
func associate(ctx context.Context, api SoftwareTokenAPI, name types.ChallengeNameType, in *cip.AssociateSoftwareTokenInput, optFns []func(*cip.Options)) (SoftwareToken, Secret, error) {
	made := call{
		operation: "AssociateSoftwareToken", challenge: name, session: NewSecret(aws.ToString(in.Session)),
		params: NewParams(map[string]string{"AccessToken": aws.ToString(in.AccessToken)}),
	}
	if in.AccessToken != nil {
		made.unknown = TokenInvalid
	}
	if err := made.notSent(ctx); err != nil {
		return SoftwareToken{}, Secret{}, err
	}
	var sent attempts
	out, err := api.AssociateSoftwareToken(ctx, in, sent.once(optFns)...)
	if err != nil {
		return SoftwareToken{}, Secret{}, made.refusal(sent.failed(err))
	}
	token := SoftwareToken{NewSecret(aws.ToString(out.SecretCode))}
	session := NewSecret(aws.ToString(out.Session))
	if token.SecretCode.IsZero() {
		return SoftwareToken{}, Secret{}, &MalformedError{Challenge: name, Key: "SecretCode", Problem: "is missing"}
	}
	if in.Session != nil && session.IsZero() {
		return SoftwareToken{}, Secret{}, &MalformedError{Challenge: name, Key: "Session", Problem: "is missing"}
	}
	return token, session, nil
}

const verifySoftwareToken = "VerifySoftwareToken"

// verify is VerifySoftwareToken for a session or an access token, whichever of
// them f holds.
func verify(ctx context.Context, api SoftwareTokenAPI, f *form, code Secret, deviceName string, optFns []func(*cip.Options)) (Secret, error) {
	f.add(totp("code", "UserCode", &code))
	f.optional("deviceName", "FriendlyDeviceName", deviceName)
	values, err := f.done()
	if err != nil {
		return Secret{}, err
	}
	optional := func(key string) *string {
		if v, ok := values[key]; ok {
			return aws.String(v)
		}
		return nil
	}
	name := f.blame.Challenge
	made := call{operation: verifySoftwareToken, challenge: name, params: NewParams(values)}
	if values["AccessToken"] != "" {
		made.unknown = TokenInvalid
	}
	if err := made.notSent(ctx); err != nil {
		return Secret{}, err
	}
	var sent attempts
	out, err := api.VerifySoftwareToken(ctx, &cip.VerifySoftwareTokenInput{
		Session:            optional("Session"),
		AccessToken:        optional("AccessToken"),
		UserCode:           optional("UserCode"),
		FriendlyDeviceName: optional("FriendlyDeviceName"),
	}, sent.once(optFns)...)
	if err != nil {
		return Secret{}, made.refusal(sent.failed(err))
	}
	switch out.Status {
	case types.VerifySoftwareTokenResponseTypeSuccess:
	case types.VerifySoftwareTokenResponseTypeError:
		// Declared by the service, never seen: it means a wrong code.
		return Secret{}, &Error{Operation: made.operation, Challenge: name, Reason: BadCode, SessionUsable: Yes}
	default:
		return Secret{}, &MalformedError{Challenge: name, Key: "Status", Problem: "is neither SUCCESS nor ERROR"}
	}
	session := NewSecret(aws.ToString(out.Session))
	if session.IsZero() && values["Session"] != "" {
		return Secret{}, &MalformedError{Challenge: name, Key: "Session", Problem: "is missing"}
	}
	return session, nil
}
