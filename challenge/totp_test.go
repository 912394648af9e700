package challenge_test

import (
	"context"
	"errors"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cognito-go/cognitoauth/challenge"
)

// tokenAPI stands in for the SDK: it accepts the code 123456 and threads its
// sessions.
type tokenAPI struct {
	associated []*cip.AssociateSoftwareTokenInput
	verified   []*cip.VerifySoftwareTokenInput
	secret     string
	status     types.VerifySoftwareTokenResponseType
	session    *string // what Verify returns
}

func (a *tokenAPI) AssociateSoftwareToken(_ context.Context, in *cip.AssociateSoftwareTokenInput, _ ...func(*cip.Options)) (*cip.AssociateSoftwareTokenOutput, error) {
	a.associated = append(a.associated, in)
	out := &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String(a.secret)}
	if in.Session != nil {
		out.Session = aws.String("s2")
	}
	return out, nil
}

func (a *tokenAPI) VerifySoftwareToken(_ context.Context, in *cip.VerifySoftwareTokenInput, _ ...func(*cip.Options)) (*cip.VerifySoftwareTokenOutput, error) {
	a.verified = append(a.verified, in)
	if *in.UserCode != "123456" {
		return nil, &types.EnableSoftwareTokenMFAException{Message: aws.String("Code mismatch")}
	}
	return &cip.VerifySoftwareTokenOutput{Status: a.status, Session: a.session}, nil
}

func TestEnrolWithinMFASetup(t *testing.T) {
	api := &tokenAPI{secret: "JBSWY3DPEHPK3PXP", status: "SUCCESS", session: aws.String("s3")}
	client, s := newClient(t, issue("MFA_SETUP", "s1", "MFAS_CAN_SETUP", `["SOFTWARE_TOKEN_MFA"]`), signedIn)
	setup := start(t, client).(*challenge.MFASetup)

	var invalid *challenge.InvalidError
	if _, err := client.Respond(t.Context(), setup); !errors.As(err, &invalid) || invalid.Field != "SoftwareTokenVerified" {
		t.Errorf("an answer before the enrolment: got %v", err)
	}
	token, err := setup.AssociateSoftwareToken(t.Context(), api)
	if err != nil {
		t.Fatal(err)
	}
	if got := token.SecretCode.Reveal(); got != "JBSWY3DPEHPK3PXP" || !setup.Token.SecretCode.Equal(token.SecretCode) {
		t.Errorf("secret %q, kept as %q", got, setup.Token.SecretCode.Reveal())
	}
	// The person may scan it in one request and type the code in the next.
	data, err := challenge.Marshal(setup)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := challenge.Unmarshal(data); err != nil || !again.(*challenge.MFASetup).Token.SecretCode.Equal(token.SecretCode) {
		t.Errorf("stored and read again: %v, %v", again, err)
	}
	if err := setup.VerifySoftwareToken(t.Context(), api, secret("12345"), ""); !errors.As(err, &invalid) || invalid.Key != "UserCode" || len(api.verified) > 0 {
		t.Errorf("a short code: got %v", err)
	}
	var refused *challenge.Error
	if err := setup.VerifySoftwareToken(t.Context(), api, secret("654321"), ""); !errors.Is(err, challenge.BadCode) || !errors.As(err, &refused) || refused.SessionUsable != challenge.Yes {
		t.Errorf("a wrong code: got %v", err)
	}
	if err := setup.VerifySoftwareToken(t.Context(), api, secret("123456"), "phone"); err != nil {
		t.Fatal(err)
	}
	if data, err = challenge.Marshal(setup); err != nil {
		t.Fatal(err)
	}
	if again, err := challenge.Unmarshal(data); err != nil || !again.(*challenge.MFASetup).SoftwareTokenVerified {
		t.Errorf("stored when verified, and read again: %v, %v", again, err)
	}
	if _, err := client.Respond(t.Context(), setup); err != nil {
		t.Fatal(err)
	}
	if got := s.responded[0].Session.Reveal(); got != "s3" {
		t.Errorf("answered with session %q, expected that of VerifySoftwareToken", got)
	}

	ignore := cmpopts.IgnoreUnexported(cip.AssociateSoftwareTokenInput{}, cip.VerifySoftwareTokenInput{})
	if diff := cmp.Diff([]*cip.AssociateSoftwareTokenInput{{Session: aws.String("s1")}}, api.associated, ignore); diff != "" {
		t.Errorf("Associate (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]*cip.VerifySoftwareTokenInput{
		{Session: aws.String("s2"), UserCode: aws.String("654321")},
		{Session: aws.String("s2"), UserCode: aws.String("123456"), FriendlyDeviceName: aws.String("phone")},
	}, api.verified, ignore); diff != "" {
		t.Errorf("Verify (-want +got):\n%s", diff)
	}

	// A new secret undoes the old one's verification.
	if _, err := setup.AssociateSoftwareToken(t.Context(), api); err != nil || setup.SoftwareTokenVerified {
		t.Errorf("after a second Associate: %v, verified %t", err, setup.SoftwareTokenVerified)
	}
}

func TestEnrolSignedIn(t *testing.T) {
	api := &tokenAPI{secret: "JBSWY3DPEHPK3PXP", status: "SUCCESS"}
	if _, err := challenge.AssociateSoftwareToken(t.Context(), api, secret("access")); err != nil {
		t.Fatal(err)
	}
	if err := challenge.VerifySoftwareToken(t.Context(), api, secret("access"), secret("654321"), "phone"); !errors.Is(err, challenge.BadCode) {
		t.Errorf("a wrong code: got %v", err)
	}
	if err := challenge.VerifySoftwareToken(t.Context(), api, secret("access"), secret("123456"), "phone"); err != nil {
		t.Fatal(err)
	}
	if aws.ToString(api.associated[0].AccessToken) != "access" || api.associated[0].Session != nil ||
		aws.ToString(api.verified[1].AccessToken) != "access" || api.verified[1].Session != nil {
		t.Error("the access token is not sent, or not alone")
	}
	var invalid *challenge.InvalidError
	if _, err := challenge.AssociateSoftwareToken(t.Context(), api, challenge.Secret{}); !errors.As(err, &invalid) {
		t.Errorf("no access token: got %v", err)
	}
	if err := challenge.VerifySoftwareToken(t.Context(), api, challenge.Secret{}, challenge.Secret{}, ""); len(joined(err)) != 2 {
		t.Errorf("nothing given: got %v, expected two errors", err)
	}
}

func TestEnrolmentReplies(t *testing.T) {
	setup := func() *challenge.MFASetup { return &challenge.MFASetup{Issued: issued} }
	var malformed *challenge.MalformedError
	if _, err := setup().AssociateSoftwareToken(t.Context(), &tokenAPI{}); !errors.As(err, &malformed) || malformed.Key != "SecretCode" {
		t.Errorf("no secret: got %v", err)
	}
	if err := setup().VerifySoftwareToken(t.Context(), &tokenAPI{status: "SUCCESS"}, secret("123456"), ""); !errors.As(err, &malformed) || malformed.Key != "Session" {
		t.Errorf("no session: got %v", err)
	}
	if err := setup().VerifySoftwareToken(t.Context(), &tokenAPI{status: "ERROR"}, secret("123456"), ""); !errors.Is(err, challenge.BadCode) {
		t.Errorf("status ERROR: got %v", err)
	}
	// An emulator's, or one that was lost: nobody gave a wrong code.
	if err := setup().VerifySoftwareToken(t.Context(), &tokenAPI{}, secret("123456"), ""); !errors.As(err, &malformed) || malformed.Key != "Status" || challenge.AskAgain(err) {
		t.Errorf("no status: got %v", err)
	}
	var invalid *challenge.InvalidError
	if _, err := (&challenge.MFASetup{}).AssociateSoftwareToken(t.Context(), &tokenAPI{}); !errors.As(err, &invalid) || invalid.Field != "Session" {
		t.Errorf("no session given: got %v", err)
	}
}

func TestURI(t *testing.T) {
	token := challenge.SoftwareToken{SecretCode: secret("JBSWY3DPEHPK3PXP")}
	for _, tt := range []struct{ issuer, account, want string }{
		{"Example", "alice", "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example"},
		{"", "alice", "otpauth://totp/alice?secret=JBSWY3DPEHPK3PXP"},
		{"A & B: C/D", "a+b@example.com", "otpauth://totp/A%20%26%20B%3A%20C%2FD:a%2Bb%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=A%20%26%20B%3A%20C%2FD"},
		{"Übung", "j?r#n", "otpauth://totp/%C3%9Cbung:j%3Fr%23n?secret=JBSWY3DPEHPK3PXP&issuer=%C3%9Cbung"},
	} {
		got := token.URI(tt.issuer, tt.account).Reveal()
		if got != tt.want {
			t.Errorf("URI(%q, %q) = %s, expected %s", tt.issuer, tt.account, got, tt.want)
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		if q := u.Query(); q.Get("issuer") != tt.issuer || q.Get("secret") != "JBSWY3DPEHPK3PXP" {
			t.Errorf("%s parses as %v", got, q)
		}
	}
}
