package challenge

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Reason is why the service refused, in the terms of what a backend should do
// next. It is an error, so that errors.Is(err, challenge.BadCode) works on what
// [Client] returns; it is also in [Error].
type Reason string

// The reasons.
const (
	// BadCredentials: the user name or the password is wrong, or the user does
	// not exist. Say the same for all of these, and start the sign-in again.
	BadCredentials Reason = "bad credentials"

	// LockedOut: too many wrong passwords or codes. Cognito locks the user for 1
	// second after the fifth, doubling to about 15 minutes. Have the user wait.
	LockedOut Reason = "locked out"

	// UserDisabled: an administrator disabled the user.
	UserDisabled Reason = "user is disabled"

	// UserNotConfirmed: the sign-up is not confirmed. Confirm it, then start
	// the sign-in again.
	UserNotConfirmed Reason = "user is not confirmed"

	// PasswordResetRequired: the user must go through the forgotten-password
	// flow.
	PasswordResetRequired Reason = "password reset is required"

	// TempPasswordExpired: the temporary password is too old. An administrator
	// must set a new one; the forgotten-password flow does not help.
	TempPasswordExpired Reason = "temporary password has expired"

	// BadCode: the code is wrong. Ask again and answer the same challenge.
	BadCode Reason = "wrong code"

	// CodeReused: the authenticator's code was used already. Ask for the next
	// code and answer the same challenge.
	CodeReused Reason = "code was used already"

	// NewPasswordRejected: the new password breaks the pool's policy, or was
	// used before. Error.Message names the rule. Ask again and answer the same
	// challenge.
	NewPasswordRejected Reason = "new password was rejected"

	// SessionExpired: the user took longer than the app client's
	// AuthSessionValidity. Start the sign-in again.
	SessionExpired Reason = "session has expired"

	// SessionSpent: the session was answered already, or the service does not
	// know it. Start the sign-in again; do not call it a wrong code.
	SessionSpent Reason = "session was used already"

	// DeviceUnknown: Cognito has forgotten the device. Forget it too and go on
	// without it; from a refresh, which can't, have the user sign in.
	DeviceUnknown Reason = "device is unknown"

	// TokenInvalid: the access or refresh token is no longer good. Drop the
	// tokens and have the user sign in.
	TokenInvalid Reason = "token is invalid"

	// TokenReuse: a refresh token was used after it had been replaced. As for
	// TokenInvalid, and worth an alert.
	TokenReuse Reason = "refresh token was reused"

	// Blocked: threat protection or a web firewall refuses. Do not try again.
	Blocked Reason = "blocked"

	// TriggerDenied: one of the pool's Lambda triggers refused.
	// Error.Message ends with what it said.
	TriggerDenied Reason = "refused by a trigger"

	// Misconfigured: the pool, the app client, its secret or the permissions of
	// the caller are not what this sign-in needs. Alert the operator.
	Misconfigured Reason = "misconfigured"

	// BadRequest: a parameter is wrong in a way that could not be seen before.
	// Fix the caller, or ask for another attribute value.
	BadRequest Reason = "bad request"

	// Throttled: too many requests of all users together. Back off; the same
	// call may be repeated.
	Throttled Reason = "throttled"

	// Unavailable: no sensible reply came. See Error.Ambiguous.
	Unavailable Reason = "unavailable"

	// Unrecognized: a refusal with a text or code that this version does not
	// know. Start the sign-in again, and log the error.
	Unrecognized Reason = "refused"
)

// Values returns all reasons, in no particular order. Later versions may have
// more.
func (Reason) Values() []Reason {
	return []Reason{
		BadCredentials, LockedOut, UserDisabled, UserNotConfirmed, PasswordResetRequired, TempPasswordExpired,
		BadCode, CodeReused, NewPasswordRejected, SessionExpired, SessionSpent, DeviceUnknown,
		TokenInvalid, TokenReuse, Blocked, TriggerDenied, Misconfigured, BadRequest, Throttled, Unavailable, Unrecognized,
	}
}

// Error returns the reason as a text for logs.
func (r Reason) Error() string { return "challenge: " + string(r) }

// codes classifies by the error code alone, without "Exception" at its end: the
// codes that AWS's front doors answer with have it or don't.
var codes = map[string]Reason{
	"AliasExists":                     BadRequest,
	"CodeMismatch":                    BadCode,
	"ConcurrentModification":          Throttled,
	"DeviceKeyExists":                 BadRequest,
	"EnableSoftwareTokenMFA":          BadCode,
	"ExpiredCode":                     CodeReused,
	"Forbidden":                       Blocked,
	"InvalidParameter":                BadRequest,
	"InvalidPassword":                 NewPasswordRejected,
	"PasswordHistoryPolicyViolation":  NewPasswordRejected,
	"PasswordResetRequired":           PasswordResetRequired,
	"RefreshTokenReuse":               TokenReuse,
	"Serialization":                   BadRequest,
	"UserLambdaValidation":            TriggerDenied,
	"UsernameExists":                  BadRequest,
	"UserNotConfirmed":                UserNotConfirmed,
	"UserNotFound":                    BadCredentials,
	"Validation":                      BadRequest,
	"LimitExceeded":                   Throttled,
	"RequestLimitExceeded":            Throttled,
	"RequestThrottled":                Throttled,
	"SlowDown":                        Throttled,
	"Throttled":                       Throttled,
	"Throttling":                      Throttled,
	"TooManyFailedAttempts":           Throttled,
	"TooManyRequests":                 Throttled,
	"InternalError":                   Unavailable,
	"InternalFailure":                 Unavailable,
	"InternalServer":                  Unavailable,
	"InternalServerError":             Unavailable,
	"RequestTimeout":                  Unavailable,
	"ServiceUnavailable":              Unavailable,
	"AccessDenied":                    Misconfigured,
	"CodeDeliveryFailure":             Misconfigured,
	"ExpiredToken":                    Misconfigured,
	"IncompleteSignature":             Misconfigured,
	"InvalidClientTokenId":            Misconfigured,
	"InvalidEmailRoleAccessPolicy":    Misconfigured,
	"InvalidLambdaResponse":           Misconfigured,
	"InvalidSignature":                Misconfigured,
	"InvalidSmsRoleAccessPolicy":      Misconfigured,
	"InvalidSmsRoleTrustRelationship": Misconfigured,
	"InvalidUserPoolConfiguration":    Misconfigured,
	"MFAMethodNotFound":               Misconfigured,
	"MissingAuthenticationToken":      Misconfigured,
	"OperationNotEnabled":             Misconfigured,
	"OptInRequired":                   Misconfigured,
	"RequestExpired":                  Misconfigured,
	"RequestTimeTooSkewed":            Misconfigured,
	"ResourceNotFound":                Misconfigured,
	"SignatureDoesNotMatch":           Misconfigured,
	"SoftwareTokenMFANotFound":        Misconfigured,
	"Unauthorized":                    Misconfigured,
	"UnexpectedLambda":                Misconfigured,
	"UnknownOperation":                Misconfigured,
	"UnrecognizedClient":              Misconfigured,
	"UnsupportedOperation":            Misconfigured,
	"UnsupportedTokenType":            Misconfigured,
}

// texts refines the codes that the service uses for many things. Wording, case
// and full stops vary between operations and years, so a lower-cased message
// only has to contain the text. The first match counts.
var texts = map[string][]struct {
	contains string
	reason   Reason
}{
	"NotAuthorized": {
		{"incorrect username or password", BadCredentials},
		{"password attempts exceeded", LockedOut},
		{"too many invalid credentials", LockedOut},
		{"user is disabled", UserDisabled},
		{"temporary password has expired", TempPasswordExpired},
		{"account has expired", TempPasswordExpired},
		{"session is expired", SessionExpired},
		{"invalid session", SessionSpent},
		{"secret hash for client", Misconfigured},
		{"secrethash does not match", Misconfigured},
		{"is configured with secret", Misconfigured},
		{"is configured for secret", Misconfigured},
		{"required scopes", Misconfigured},
		{"security reasons", Blocked},
		{"cannot modify an already provided", BadRequest},
		{"unauthorized attribute", BadRequest},
		// With the full stop, and only then, a known device would have helped:
		// https://github.com/aws-amplify/amplify-android/issues/2490.
		{"invalid refresh token.", DeviceUnknown},
		{"refresh token", TokenInvalid},
		{"access token", TokenInvalid},
	},
	"InvalidParameter": {
		{"not enabled for", Misconfigured},
		{"initiate auth method not supported", Misconfigured},
		{"trigger is not configured", Misconfigured},
		{"only custom auth", Misconfigured},
		{"invalid device key", DeviceUnknown},
	},
	"ResourceNotFound": {
		{"device does not exist", DeviceUnknown},
	},
}

// sessionAfter says for a reason whether the session outlives it. See the
// table of wrong codes in AWS's own client tests (amplify-swift,
// amplify-android); what is not proven there is Unsure.
var sessionAfter = map[Reason]Certainty{
	BadCode:               Yes,
	CodeReused:            Yes,
	NewPasswordRejected:   Yes,
	DeviceUnknown:         Yes,
	BadCredentials:        No,
	LockedOut:             No,
	UserDisabled:          No,
	UserNotConfirmed:      No,
	PasswordResetRequired: No,
	TempPasswordExpired:   No,
	SessionExpired:        No,
	SessionSpent:          No,
	TokenInvalid:          No,
	TokenReuse:            No,
	Blocked:               No,
	TriggerDenied:         No,
}

// newError classifies what a call returned: by the error's code first, by its
// text where the code leaves it open.
func (c call) newError(err error) *Error {
	sent := attemptsOf(err)
	e := &Error{Operation: c.operation, Challenge: c.challenge, Message: err.Error(), err: err}
	var op *smithy.OperationError
	if errors.As(err, &op) {
		e.Operation = op.OperationName
	}
	// Out of time while it waited: what it waited for says more.
	if sent.passing != nil && !sent.lost && outOfTime(err) {
		e.err = errors.Join(err, sent.passing)
		err = sent.passing
		if op != nil {
			op = &smithy.OperationError{ServiceID: op.ServiceID, OperationName: op.OperationName, Err: err}
			err = op
		}
	}
	if op != nil {
		e.Message = op.Err.Error()
	}
	elsewhere, unbuilt := ofAnother(op), notBuilt(err)
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() != "" && api.ErrorCode() != unknownError {
		e.Code = api.ErrorCode()
		if e.Message = api.ErrorMessage(); e.Message == unknownError {
			e.Message = ""
		}
	}
	status := 0
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		status = response.HTTPStatusCode()
	}
	throttled := status == http.StatusTooManyRequests || c.classify(e) == Throttled
	var reason Reason
	switch {
	case errors.As(err, &reason): // of a stand-in for the service
		e.Reason = reason
	case sent.lost && (elsewhere || unbuilt): // after a request
		e.Reason = Unavailable
	case throttled && (status < http.StatusInternalServerError || status == http.StatusServiceUnavailable):
		e.Reason = Throttled
	case status >= http.StatusInternalServerError, status == http.StatusRequestTimeout:
		e.Reason = Unavailable
	case elsewhere && (status > 0 || e.Code != ""), unbuilt:
		e.Reason = Misconfigured
	case e.Code != "":
		e.Reason = c.classify(e)
	case status == http.StatusForbidden:
		e.Reason = Blocked
	default:
		e.Reason = Unavailable
	}
	e.SessionUsable = c.sessionAfter(e.Reason)
	switch {
	case e.Reason == Unavailable && (sent.lost || !elsewhere && sent.mayCount(err, status)):
		e.Ambiguous = true
	case e.Reason == Unavailable || elsewhere || unbuilt:
		e.SessionUsable = Yes
	}
	if elsewhere { // its code is none of Cognito's
		e.Code, e.Message = "", op.Err.Error()
	}
	// A sign-in may be started twice, but the session of a sign-up is spent.
	start := c.operation == initiateAuth && c.session.IsZero()
	e.Retryable = e.Reason == Throttled || e.Reason == Unavailable && (!e.Ambiguous || start)
	return e
}

// unknownError is what the SDK puts in place of a code or a message that did
// not come.
const unknownError = "UnknownError"

// sessionAfter says whether the challenge that was answered can be answered
// again, or the enrolment go on. Other calls leave nothing that could.
func (c call) sessionAfter(r Reason) Certainty {
	after := sessionAfter[r]
	switch {
	case aboutDevice(c.challenge) && r == DeviceUnknown:
		return No // there is no answer without the device
	case after == Yes && c.challenge == "" && c.operation != verifySoftwareToken:
		return No
	default:
		return after
	}
}

// mayCount reports whether the service may have acted on a call that failed
// without a sensible reply, which may have an HTTP status. What can't be told
// counts as sent.
func (a attempts) mayCount(err error, status int) bool {
	switch {
	case status > 0: // of whatever is at the other end
		return true
	case a.begun:
		return a.lost
	case a.watched && !leftSDK(err): // or another HTTP client is in place of ours
		return false
	default:
		return !notConnected(err)
	}
}

// leftSDK reports whether the SDK handed a request to an HTTP client.
func leftSDK(err error) bool {
	var (
		send     *smithyhttp.RequestSendError
		canceled *smithy.CanceledError
	)
	return errors.As(err, &send) || errors.As(err, &canceled)
}

// ofAnother reports whether an operation failed because one of another service
// did, which the SDK calls for credentials.
func ofAnother(op *smithy.OperationError) bool {
	var inner *smithy.OperationError
	return op != nil && errors.As(op.Err, &inner)
}

// outOfTime reports whether a call ended because its context did.
func outOfTime(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func (c call) classify(e *Error) Reason {
	code, message := strings.TrimSuffix(e.Code, "Exception"), strings.ToLower(e.Message)
	for _, t := range texts[code] {
		if strings.Contains(message, t.contains) {
			return t.reason
		}
	}
	if reason, ok := codes[code]; ok {
		return reason
	}
	switch {
	case code == "NotAuthorized" && c.unknown != "":
		return c.unknown
	case strings.HasPrefix(code, "Throttling"):
		return Throttled
	default:
		return Unrecognized
	}
}

// deviceForgotten reports whether a call was refused because of its DEVICE_KEY
// alone.
func deviceForgotten(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == "ResourceNotFoundException" && e.Reason == DeviceUnknown
}

// undecodable reports whether a reply came whole and means success, but is not
// what the service says: from an emulator, say, that sends a list where a string
// should be (moto, MFAS_CAN_SETUP). A reply that was cut off is another matter:
// nothing is wrong with what came of it.
func undecodable(err error) bool {
	var (
		decode   *smithy.DeserializationError
		response *smithyhttp.ResponseError
		network  net.Error
	)
	return errors.As(err, &decode) && !attemptsOf(err).cut &&
		(!errors.As(err, &response) || response.HTTPStatusCode() < http.StatusMultipleChoices) &&
		!errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) && !errors.As(err, &network) && !outOfTime(err)
}

// notConnected reports whether a call failed before there was a connection on
// which the service could have seen it.
func notConnected(err error) bool {
	var (
		network     *net.OpError
		name        *net.DNSError
		certificate *tls.CertificateVerificationError
	)
	return errors.As(err, &name) || errors.As(err, &certificate) ||
		errors.As(err, &network) && network.Op == "dial"
}

// notBuilt reports whether the SDK could not even make the request, for want
// of credentials, an endpoint or a required member. An error that is not the
// SDK's comes from a stand-in, of which nothing is known.
func notBuilt(err error) bool {
	var (
		op       *smithy.OperationError
		send     *smithyhttp.RequestSendError
		response *smithyhttp.ResponseError
		decode   *smithy.DeserializationError
		canceled *smithy.CanceledError
		api      smithy.APIError
	)
	return errors.As(err, &op) && !errors.As(err, &api) &&
		!errors.As(err, &send) && !errors.As(err, &response) && !errors.As(err, &decode) && !errors.As(err, &canceled) &&
		!outOfTime(err)
}
