package challenge_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-go/cognitoauth/challenge"
)

func apiError(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message}
}

// A refusal is an error of the service: its code and text as they were seen, and
// what it means after an answer and at the start of a sign-in.
type refusal struct {
	code, message string
	answer        challenge.Reason
	first         challenge.Reason // if not the same
}

var refusals = []refusal{
	{"NotAuthorizedException", "Incorrect username or password.", challenge.BadCredentials, ""},
	{"NotAuthorizedException", "Password attempts exceeded", challenge.LockedOut, ""},
	{"NotAuthorizedException", "Too many invalid credentials attempts. User temporarily locked. Please try again after few seconds.", challenge.LockedOut, ""},
	{"NotAuthorizedException", "User is disabled.", challenge.UserDisabled, ""},
	{"NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.", challenge.TempPasswordExpired, ""},
	{"NotAuthorizedException", "User account has expired, it must be reset by an administrator.", challenge.TempPasswordExpired, ""},
	{"NotAuthorizedException", "Invalid session for the user, session is expired.", challenge.SessionExpired, ""},
	{"NotAuthorizedException", "Invalid session for the user, session can only be used once.", challenge.SessionSpent, ""},
	{"NotAuthorizedException", "Invalid session for the user.", challenge.SessionSpent, ""},
	{"NotAuthorizedException", "Invalid session provided for the user.", challenge.SessionSpent, ""},
	{"NotAuthorizedException", "Unable to verify secret hash for client abc", challenge.Misconfigured, ""},
	{"NotAuthorizedException", "Client abc is configured with secret but SECRET_HASH was not received", challenge.Misconfigured, ""},
	{"NotAuthorizedException", "Client abc is configured for secret but secret was not received", challenge.Misconfigured, ""},
	{"NotAuthorizedException", "SecretHash does not match for the client: abc", challenge.Misconfigured, ""},
	{"NotAuthorizedException", "Unable to login because of security reasons.", challenge.Blocked, ""},
	{"NotAuthorizedException", "Request not allowed due to security reasons.", challenge.Blocked, ""},
	{"NotAuthorizedException", "Cannot modify an already provided email", challenge.BadRequest, ""},
	{"NotAuthorizedException", "A client attempted to write unauthorized attribute", challenge.BadRequest, ""},
	{"NotAuthorizedException", "Invalid Refresh Token", challenge.TokenInvalid, ""},
	{"NotAuthorizedException", "Invalid Refresh Token.", challenge.DeviceUnknown, ""}, // with a full stop
	{"NotAuthorizedException", "Access Token has been revoked", challenge.TokenInvalid, ""},
	{"NotAuthorizedException", "Access Token does not have required scopes", challenge.Misconfigured, ""},
	{"NotAuthorizedException", "any other text", challenge.Unrecognized, challenge.BadCredentials},
	{"NotAuthorizedException", "", challenge.Unrecognized, challenge.BadCredentials},
	{"InvalidParameterException", "Missing required parameter Session", challenge.BadRequest, ""},
	{"InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client", challenge.Misconfigured, ""},
	{"InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.", challenge.Misconfigured, ""},
	{"InvalidParameterException", "Auth flow not enabled for this client", challenge.Misconfigured, ""},
	{"InvalidParameterException", "Initiate Auth method not supported.", challenge.Misconfigured, ""},
	{"InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.", challenge.Misconfigured, ""},
	{"InvalidParameterException", "Only custom auth (lambda driven) is enabled for this client.", challenge.Misconfigured, ""},
	{"InvalidParameterException", "Invalid attributes given, name is missing", challenge.BadRequest, ""},
	{"InvalidParameterException", "Invalid device key given.", challenge.DeviceUnknown, ""},
	{"CodeMismatchException", "Invalid code or auth state for the user.", challenge.BadCode, ""},
	{"CodeMismatchException", "Invalid code received for user", challenge.BadCode, ""},
	{"EnableSoftwareTokenMFAException", "Code mismatch", challenge.BadCode, ""},
	{"ExpiredCodeException", "Your software token has already been used once.", challenge.CodeReused, ""},
	{"SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user.", challenge.Misconfigured, ""},
	{"MFAMethodNotFoundException", "", challenge.Misconfigured, ""},
	{"InvalidPasswordException", "Password does not conform to policy: Password not long enough", challenge.NewPasswordRejected, ""},
	{"PasswordHistoryPolicyViolationException", "Password has previously been used", challenge.NewPasswordRejected, ""},
	{"PasswordResetRequiredException", "Password reset required for the user", challenge.PasswordResetRequired, ""},
	{"UserNotConfirmedException", "User is not confirmed.", challenge.UserNotConfirmed, ""},
	{"UserNotFoundException", "User does not exist.", challenge.BadCredentials, ""},
	{"AliasExistsException", "", challenge.BadRequest, ""},
	{"ResourceNotFoundException", "User pool client abc does not exist.", challenge.Misconfigured, ""},
	{"ResourceNotFoundException", "Device does not exist.", challenge.DeviceUnknown, ""},
	{"UserLambdaValidationException", "PreAuthentication failed with error no.", challenge.TriggerDenied, ""},
	{"UnexpectedLambdaException", "PreAuthentication invocation failed due to error AccessDeniedException.", challenge.Misconfigured, ""},
	{"InvalidLambdaResponseException", "Unrecognizable lambda output", challenge.Misconfigured, ""},
	{"TooManyRequestsException", "Rate exceeded", challenge.Throttled, ""},
	{"ThrottlingException", "Rate exceeded", challenge.Throttled, ""},
	{"LimitExceededException", "Attempt limit exceeded, please try after some time.", challenge.Throttled, ""},
	{"ForbiddenException", "Request not allowed due to WAF block.", challenge.Blocked, ""},
	{"InternalErrorException", "Internal server error.", challenge.Unavailable, ""},
	{"InvalidSmsRoleTrustRelationshipException", "Role does not have a trust relationship allowing Cognito to assume the role", challenge.Misconfigured, ""},
	{"RefreshTokenReuseException", "Refresh token reuse detected", challenge.TokenReuse, ""},
	{"UnsupportedOperationException", "This API does not support refresh token rotation", challenge.Misconfigured, ""},
	{"MissingAuthenticationTokenException", "Missing Authentication Token", challenge.Misconfigured, ""},
	{"UnrecognizedClientException", "The security token included in the request is invalid.", challenge.Misconfigured, ""},
	{"ConcurrentModificationException", "", challenge.Throttled, ""},
	{"DeviceKeyExistsException", "", challenge.BadRequest, ""},
	{"UsernameExistsException", "", challenge.BadRequest, ""},
	{"UserNotFoundException", "Exception migrating user in app client abc", challenge.BadCredentials, ""},
	{"TooManyFailedAttemptsException", "Too many failed attempts", challenge.Throttled, ""},
	{"InvalidSmsRoleAccessPolicyException", "Role does not have permission to publish with SNS", challenge.Misconfigured, ""},
	{"InvalidEmailRoleAccessPolicyException", "", challenge.Misconfigured, ""},
	{"InvalidUserPoolConfigurationException", "", challenge.Misconfigured, ""},
	{"CodeDeliveryFailureException", "", challenge.Misconfigured, ""},
	{"OperationNotEnabledException", "", challenge.Misconfigured, ""},
	{"UnauthorizedException", "Invalid client or secret", challenge.Misconfigured, ""},
	{"UnsupportedTokenTypeException", "", challenge.Misconfigured, ""},
	// Those of AWS's front doors, of which some end in Exception and some don't.
	{"AccessDeniedException", "", challenge.Misconfigured, ""},
	{"AccessDenied", "", challenge.Misconfigured, ""},
	{"ExpiredToken", "", challenge.Misconfigured, ""},
	{"IncompleteSignature", "", challenge.Misconfigured, ""},
	{"InvalidClientTokenId", "", challenge.Misconfigured, ""},
	{"InvalidSignatureException", "", challenge.Misconfigured, ""},
	{"OptInRequired", "", challenge.Misconfigured, ""},
	{"RequestExpired", "", challenge.Misconfigured, ""},
	{"RequestTimeTooSkewed", "", challenge.Misconfigured, ""},
	{"SignatureDoesNotMatch", "", challenge.Misconfigured, ""},
	{"UnknownOperationException", "", challenge.Misconfigured, ""},
	{"SerializationException", "", challenge.BadRequest, ""},
	{"ValidationException", "", challenge.BadRequest, ""},
	{"RequestLimitExceeded", "", challenge.Throttled, ""},
	{"RequestThrottledException", "", challenge.Throttled, ""},
	{"SlowDown", "", challenge.Throttled, ""},
	{"ThrottledException", "", challenge.Throttled, ""},
	{"InternalFailure", "", challenge.Unavailable, ""},
	{"InternalServerException", "", challenge.Unavailable, ""},
	{"InternalServerError", "", challenge.Unavailable, ""},
	{"RequestTimeout", "", challenge.Unavailable, ""},
	{"ServiceUnavailable", "", challenge.Unavailable, ""},
	{"SomethingNewException", "text", challenge.Unrecognized, ""},
}

func TestReasons(t *testing.T) {
	for _, r := range refusals {
		for _, wrap := range []func(error) error{
			func(err error) error { return err },
			func(err error) error { return fmt.Errorf("stand-in: %w", err) },
			func(err error) error { return &retry.MaxAttemptsError{Attempt: 3, Err: err} },
		} {
			cause := wrap(apiError(r.code, r.message))
			client, _ := newClient(t, cause, cause)
			_, first := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")})
			_, answer := client.Respond(t.Context(), filled["SMS_MFA"].form())

			wantFirst := r.first
			if wantFirst == "" {
				wantFirst = r.answer
			}
			for _, got := range []struct {
				err  error
				want challenge.Reason
			}{{first, wantFirst}, {answer, r.answer}} {
				var e *challenge.Error
				if !errors.As(got.err, &e) {
					t.Fatalf("%s %q: got %T, expected *Error", r.code, r.message, got.err)
				}
				if e.Reason != got.want || !errors.Is(got.err, got.want) {
					t.Errorf("%s %q: reason %q, expected %q", r.code, r.message, e.Reason, got.want)
				}
				if e.Code != r.code || e.Message != r.message {
					t.Errorf("%s %q: kept as %s %q", r.code, r.message, e.Code, e.Message)
				}
				var api smithy.APIError
				if !errors.As(got.err, &api) || api.ErrorCode() != r.code {
					t.Errorf("%s: the SDK's error is not reachable", r.code)
				}
			}
		}
	}
}

func TestTypedErrorsStayReachable(t *testing.T) {
	client, _ := newClient(t, &types.CodeMismatchException{Message: aws.String("Invalid code received for user")})
	_, err := client.Respond(t.Context(), filled["SMS_MFA"].form())
	var mismatch *types.CodeMismatchException
	if !errors.As(err, &mismatch) || !errors.Is(err, challenge.BadCode) {
		t.Errorf("got %v", err)
	}
}

func TestErrorFacts(t *testing.T) {
	const maybe, no, yes = challenge.Unsure, challenge.No, challenge.Yes
	type facts struct {
		Usable               challenge.Certainty
		Retryable, Ambiguous bool
	}
	dial := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	for name, tt := range map[string]struct {
		err  error
		want facts
	}{
		"wrong code":       {apiError("CodeMismatchException", ""), facts{yes, false, false}},
		"reused code":      {apiError("ExpiredCodeException", ""), facts{yes, false, false}},
		"password policy":  {apiError("InvalidPasswordException", ""), facts{yes, false, false}},
		"wrong password":   {apiError("NotAuthorizedException", "Incorrect username or password."), facts{no, false, false}},
		"expired session":  {apiError("NotAuthorizedException", "Invalid session for the user, session is expired."), facts{no, false, false}},
		"throttled":        {apiError("TooManyRequestsException", ""), facts{maybe, true, false}},
		"internal error":   {apiError("InternalErrorException", ""), facts{maybe, false, true}},
		"lost reply":       {errors.New("EOF"), facts{maybe, false, true}},
		"deadline":         {context.DeadlineExceeded, facts{maybe, false, true}},
		"no connection":    {dial, facts{yes, true, false}},
		"no such host":     {&net.DNSError{Err: "no such host"}, facts{yes, true, false}},
		"bad certificate":  {&tls.CertificateVerificationError{Err: errors.New("x")}, facts{yes, true, false}},
		"reset":            {&net.OpError{Op: "read", Err: errors.New("connection reset")}, facts{maybe, false, true}},
		"no credentials":   {&smithy.OperationError{OperationName: "X", Err: errors.New("no credentials")}, facts{yes, false, false}},
		"truncated reply":  {&smithy.OperationError{OperationName: "X", Err: &smithy.DeserializationError{Err: io.ErrUnexpectedEOF}}, facts{maybe, false, true}},
		"refused, unknown": {apiError("NotAuthorizedException", "?"), facts{maybe, false, false}},
	} {
		client, _ := newClient(t, tt.err)
		_, err := client.Respond(t.Context(), filled["SMS_MFA"].form())
		var e *challenge.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: got %T", name, err)
		}
		if got := (facts{e.SessionUsable, e.Retryable, e.Ambiguous}); got != tt.want {
			t.Errorf("%s: got %+v, expected %+v", name, got, tt.want)
		}
		if !errors.Is(err, tt.err) {
			t.Errorf("%s: the cause is not reachable", name)
		}
	}
}

// TestStartingTwiceIsHarmless: what may have counted can be repeated only where
// that does no harm.
func TestStartingTwiceIsHarmless(t *testing.T) {
	client, _ := newClient(t, io.EOF)
	_, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")})
	var e *challenge.Error
	if !errors.As(err, &e) || !e.Ambiguous || !e.Retryable {
		t.Errorf("got %+v", e)
	}
}

// TestBareReason: a stand-in for the service need not know the service's codes.
func TestBareReason(t *testing.T) {
	for _, reason := range challenge.Reason("").Values() {
		client, _ := newClient(t, fmt.Errorf("scripted: %w", reason))
		_, err := client.Respond(t.Context(), filled["SMS_MFA"].form())
		var e *challenge.Error
		if !errors.As(err, &e) || e.Reason != reason || e.Operation != "RespondToAuthChallenge" || e.Challenge != "SMS_MFA" {
			t.Errorf("%s: got %+v", reason, e)
			continue
		}
		for _, other := range challenge.Reason("").Values() {
			if errors.Is(err, other) != (other == reason) {
				t.Errorf("%s is %s", reason, other)
			}
		}
		if again := reason == challenge.BadCode || reason == challenge.CodeReused || reason == challenge.NewPasswordRejected; challenge.AskAgain(err) != again {
			t.Errorf("%s: AskAgain is %t", reason, !again)
		}
	}
}

// TestDeviceChallengeNeedsItsDevice: the session of a device challenge ends with
// the device, and with nothing else that other sessions outlast.
func TestDeviceChallengeNeedsItsDevice(t *testing.T) {
	forgotten := apiError("ResourceNotFoundException", "Device does not exist.")
	for _, tt := range []struct {
		form challenge.Challenge
		err  error
		want challenge.Certainty
	}{
		{filled["DEVICE_SRP_AUTH"].form(), forgotten, challenge.No},
		{filled["DEVICE_PASSWORD_VERIFIER"].form(), forgotten, challenge.No},
		{filled["DEVICE_SRP_AUTH"].form(), apiError("TooManyRequestsException", ""), challenge.Unsure},
		{filled["SMS_MFA"].form(), forgotten, challenge.Yes},
	} {
		client, _ := newClient(t, tt.err)
		_, err := client.Respond(t.Context(), tt.form)
		var e *challenge.Error
		if !errors.As(err, &e) || e.SessionUsable != tt.want {
			t.Errorf("%s: %v is %v, expected %v", tt.form.Name(), tt.err, err, tt.want)
		}
	}
}

// TestNothingToAskAgain: without a challenge there is none that could be filled
// in once more, whatever an emulator refuses a password with.
func TestNothingToAskAgain(t *testing.T) {
	for _, code := range []string{"CodeMismatchException", "ExpiredCodeException", "InvalidPasswordException"} {
		cause := apiError(code, "")
		client, _ := newClient(t, cause, cause)
		_, start := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")})
		_, refresh := client.GetTokensFromRefreshToken(t.Context(), refusing{cause}, challenge.Refresh{RefreshToken: secret("r")})
		for _, err := range []error{start, refresh} {
			var e *challenge.Error
			if !errors.As(err, &e) || e.SessionUsable != challenge.No || challenge.AskAgain(err) {
				t.Errorf("%s: got %+v", code, e)
			}
		}
	}
	client, _ := newClient(t)
	_, err := client.GetTokensFromRefreshToken(t.Context(), refusing{apiError("NotAuthorizedException", "Invalid Refresh Token.")}, challenge.Refresh{RefreshToken: secret("r")})
	var e *challenge.Error
	if !errors.As(err, &e) || e.Reason != challenge.DeviceUnknown || e.SessionUsable != challenge.No {
		t.Errorf("a device without a challenge: %+v", e)
	}
}

// TestRefusedAccessTokens: a refusal of the calls that an access token
// authorises is one of the token, unless it says something else.
func TestRefusedAccessTokens(t *testing.T) {
	for _, message := range []string{"", "any other text", "Access Token has expired"} {
		api := refusingTokens{apiError("NotAuthorizedException", message)}
		_, associate := challenge.AssociateSoftwareToken(t.Context(), api, secret("access"))
		verify := challenge.VerifySoftwareToken(t.Context(), api, secret("access"), secret("123456"), "")
		_, inSetup := (&challenge.MFASetup{Issued: issued}).AssociateSoftwareToken(t.Context(), api)
		if !errors.Is(associate, challenge.TokenInvalid) || !errors.Is(verify, challenge.TokenInvalid) {
			t.Errorf("%q: got %v, %v", message, associate, verify)
		}
		if errors.Is(inSetup, challenge.TokenInvalid) && message != "Access Token has expired" {
			t.Errorf("%q: there is no token: %v", message, inSetup)
		}
	}
}

type refusingTokens struct{ err error }

func (r refusingTokens) AssociateSoftwareToken(context.Context, *cip.AssociateSoftwareTokenInput, ...func(*cip.Options)) (*cip.AssociateSoftwareTokenOutput, error) {
	return nil, r.err
}

func (r refusingTokens) VerifySoftwareToken(context.Context, *cip.VerifySoftwareTokenInput, ...func(*cip.Options)) (*cip.VerifySoftwareTokenOutput, error) {
	return nil, r.err
}

// TestErrorsHideWhatWasSent has a service that repeats what it got.
func TestErrorsHideWhatWasSent(t *testing.T) {
	message := "1 validation error detected: Value '123-the-code' at 'userCode' with session the session of alice"
	client, _ := newClient(t, apiError("InvalidParameterException", message))
	_, err := client.Respond(t.Context(), &challenge.SMSMFA{Issued: issued, Code: secret("123-the-code")})
	text := fmt.Sprintf("%v %+v %#v", err, err, err)
	for _, hidden := range []string{"123-the-code", "the session"} {
		if strings.Contains(text, hidden) {
			t.Errorf("%q is in %s", hidden, text)
		}
	}
	if !strings.Contains(text, "alice") {
		t.Errorf("the user name is gone: %s", text)
	}
}

// TestErrorsHideOverlaps: one secret can be part of another, and the service may
// quote them as JSON.
func TestErrorsHideOverlaps(t *testing.T) {
	long := "AYAB0123a456\"789"
	message := `Session 'AYAB0123a456"789' or "AYAB0123a456\"789", code 'a'`
	client, _ := newClient(t, apiError("InvalidParameterException", message))
	_, err := client.Respond(t.Context(), &challenge.SMSMFA{Issued: challenge.Issued{Username: "zoe", Session: secret(long)}, Code: secret("a")})
	if text := err.Error(); !strings.HasSuffix(text, `'[redacted]' or "[redacted]", code '[redacted]'`) {
		t.Errorf("got %s", text)
	}
}

// TestOwnErrorsPass: a transport may be made of another client.
func TestOwnErrorsPass(t *testing.T) {
	own := &challenge.Error{Operation: "X", Reason: challenge.Blocked}
	client, _ := newClient(t, own)
	if _, err := client.Respond(t.Context(), filled["SMS_MFA"].form()); err != error(own) {
		t.Errorf("got %v, expected the transport's own *Error", err)
	}
}

// TestRefusedTokens: whatever a refusal of a token says, the token is no good.
func TestRefusedTokens(t *testing.T) {
	for _, message := range []string{"", "any other text", "Invalid Refresh Token"} {
		cause := apiError("NotAuthorizedException", message)
		client, _ := newClient(t, cause)
		_, err := client.Start(t.Context(), challenge.Refresh{RefreshToken: secret("r"), Username: "alice"})
		if !errors.Is(err, challenge.TokenInvalid) {
			t.Errorf("REFRESH_TOKEN_AUTH, %q: got %v", message, err)
		}
		if _, err := client.GetTokensFromRefreshToken(t.Context(), refusing{cause}, challenge.Refresh{RefreshToken: secret("r")}); !errors.Is(err, challenge.TokenInvalid) {
			t.Errorf("GetTokensFromRefreshToken, %q: got %v", message, err)
		}
	}
}

type refusing struct{ err error }

func (r refusing) GetTokensFromRefreshToken(context.Context, *cip.GetTokensFromRefreshTokenInput, ...func(*cip.Options)) (*cip.GetTokensFromRefreshTokenOutput, error) {
	return nil, r.err
}
