package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/srp"
)

// answer answers the challenge. It returns the service's reply, which is there
// even with an error when it is the reply that makes no sense, and the step that
// it says comes next.
func (o *options) answer(ctx context.Context, log io.Writer) (*challenge.Reply, challenge.Step, error) {
	responses := maps.Clone(o.request.ChallengeResponses)
	service := &wire{
		secretHash: responses[secretHash],
		connect:    func(ctx context.Context) (challenge.Transport, error) { return o.connect(ctx, log) },
		request:    o.request,
		shows:      o.shows,
		log:        log,
	}
	delete(responses, secretHash)
	c, unknown := o.answerable()
	settings, misplaced := o.callOptions()
	client, misnamed := challenge.New(challenge.Config{
		UserPoolID:   aws.ToString(o.request.UserPoolId),
		ClientID:     aws.ToString(o.request.ClientId),
		ClientSecret: o.clientSecret,
		Transport:    service,
	})
	if err := errors.Join(unknown, misplaced, misnamed); err != nil {
		return nil, nil, err
	}
	wrong := fill(c, responses)
	if wrong != nil { // What is missing is told, too, and nothing sent.
		service.connect = func(context.Context) (challenge.Transport, error) { return nil, wrong }
	}
	begins, err := o.complete(c, responses)
	if err != nil {
		return nil, nil, errors.Join(wrong, blameParameters(err))
	}
	step, err := client.Respond(ctx, c, settings)
	if wrong != nil && !errors.Is(err, wrong) {
		err = errors.Join(wrong, err)
	}
	if v, ok := step.(*challenge.DevicePasswordVerifier); ok && begins != nil {
		if err = v.Prove(begins, *o.device, time.Now()); err == nil {
			step, err = client.Respond(ctx, v, settings)
		}
	}
	return service.reply, step, err
}

// forgetsDevice reports whether a step says that Cognito does not know the
// device any more.
func forgetsDevice(step challenge.Step) bool {
	switch s := step.(type) {
	case *challenge.Tokens:
		return s.ForgetDevice
	case challenge.Challenge:
		return challenge.IssuedOf(s).ForgetDevice
	default: // nil, after an error
		return false
	}
}

// fill fills in the responses. The error for a key that the challenge does not
// take says which it takes.
func fill(c challenge.Challenge, responses map[string]string) error {
	err := challenge.Fill(c, responses)
	for key := range responses {
		if !takes(c, key) {
			return errors.Join(err, misuse("--challenge-responses: "+string(c.Name())+" takes "+keysOf(c)))
		}
	}
	return err
}

// keysOf lists the keys that a challenge takes.
func keysOf(c challenge.Challenge) string {
	var keys []string
	for _, field := range challenge.Fields(c) {
		keys = append(keys, skeletonKey(field))
	}
	return strings.Join(append(keys, secretHash), ", ")
}

// challengeName returns the name of the challenge, which is empty when nobody
// named it.
func (o *options) challengeName() types.ChallengeNameType {
	return cmp.Or(o.request.ChallengeName, o.issued.Challenge)
}

// isUnknown reports whether a challenge is one that the library does not know.
func isUnknown(name types.ChallengeNameType) bool {
	_, unknown := challenge.Form(name, challenge.Issued{}).(*challenge.Unknown)
	return unknown && name != ""
}

// minSession is the fewest characters of a session in the service model. The AWS
// CLI sends no shorter one either.
const minSession = 20

// answerable returns the challenge, if an answer to it can be sent.
func (o *options) answerable() (challenge.Challenge, error) {
	c, err := o.challenge()
	if err != nil {
		return nil, err
	}
	if c.Name() == "" {
		return nil, misuse("--challenge-name: is required")
	}
	session := challenge.IssuedOf(c).Session
	if !session.IsZero() && utf8.RuneCountInString(session.Reveal()) < minSession {
		err = misuse(fmt.Sprintf("--session: is shorter than %d characters", minSession))
	}
	return c, errors.Join(err, o.useless(c))
}

// useless returns the error for a secret on the command line that does nothing
// for the challenge. In the environment it may be for another one.
func (o *options) useless(c challenge.Challenge) (err error) {
	useful := make(map[string]bool) // by flag
	for _, field := range challenge.Fields(c) {
		switch field.Key {
		case "PASSWORD":
			useful["password"] = true
		case "SRP_A":
			useful["srp-secret"] = true
		case "PASSWORD_CLAIM_SIGNATURE":
			useful["srp-secret"] = true
			useful["password"] = c.Name() == types.ChallengeNameTypePasswordVerifier
		}
	}
	for _, name := range []string{"password", "srp-secret"} {
		if !useful[name] && o.flags.text(name) != "" {
			err = errors.Join(err, misuse("--"+name+": "+string(c.Name())+" has no use for it"))
		}
	}
	return err
}

// challenge returns the challenge as far as it is known, with nothing filled in.
// Its name is empty when nobody named it.
func (o *options) challenge() (challenge.Challenge, error) {
	reply := o.issued
	reply.Challenge = o.challengeName()
	if given := aws.ToString(o.request.Session); given != "" {
		reply.Session = challenge.NewSecret(given)
	}
	named, choice := reply.Challenge != "", len(reply.AvailableChallenges) > 0
	if !choice && (!named || reply.Parameters.Len() == 0) { // nothing to decode
		return challenge.Form(reply.Challenge, challenge.Issued{Session: reply.Session}), nil
	}
	// What the reply does not name is known to whoever answers.
	step, err := challenge.ReadReply(&reply, challenge.Issued{DeviceKey: o.request.ChallengeResponses["DEVICE_KEY"]})
	if err != nil {
		return nil, blameParameters(err)
	}
	return step.(challenge.Challenge), nil // never tokens: there are none in reply
}

// blameParameters returns the error for a challenge that makes no sense.
func blameParameters(err error) error {
	var malformed *challenge.MalformedError
	if errors.As(err, &malformed) {
		return misuse(fmt.Sprintf("--challenge-parameters: %s %s", malformed.Key, malformed.Problem))
	}
	return err
}

// complete fills in what can be computed or stands in a flag of its own, unless
// it was given. It returns the SRP client of an exchange that this answer begins
// and that the remembered device is to end.
func (o *options) complete(c challenge.Challenge, given map[string]string) (begins *srp.Client, err error) {
	switch c := c.(type) {
	case *challenge.MFASetup:
		// The session of VerifySoftwareToken is the whole answer, unless the
		// user gives an address. That of the challenge is another one.
		issued := !c.Session.IsZero() && c.Session.Equal(o.issued.Session)
		c.SoftwareTokenVerified = c.Email == "" && !issued
	case *challenge.PasswordVerifier:
		err = o.prove(c.PasswordClaim, "--password", !o.password.IsZero(), func() error {
			return c.Prove(o.srp, aws.ToString(o.request.UserPoolId), o.password, time.Now())
		})
	case *challenge.DevicePasswordVerifier:
		err = o.prove(c.PasswordClaim, "--device", o.device != nil, func() error {
			return c.Prove(o.srp, *o.device, time.Now())
		})
	case *challenge.DeviceSRPAuth:
		if c.A == "" && o.srp == nil && o.device != nil {
			begins = srp.NewClient()
			c.A = begins.A()
		}
	}
	if err != nil {
		return nil, err
	}
	values := make(map[string]string)
	for _, field := range challenge.Fields(c) {
		_, has := given[field.Key]
		switch {
		case has:
		case field.Key == "SRP_A" && field.Required && o.srp != nil:
			values[field.Key] = o.srp.A()
		case field.Key == "PASSWORD" && (field.Required || field.Proven):
			values[field.Key] = o.password.Reveal()
		}
	}
	return begins, challenge.Fill(c, values)
}

// prove proves the password that a flag is about, unless the proof was given, or
// nothing to make it of: then the library says what is missing. has says whether
// there is such a password.
func (o *options) prove(claim challenge.PasswordClaim, flag string, has bool, prove func() error) error {
	switch {
	case !claim.Signature.IsZero(), o.srp == nil && !has:
		return nil
	case o.srp == nil:
		return misuse("--srp-secret: is required with " + flag + ", that of the SRP_A which began the sign-in")
	case claim.B == "":
		return misuse("--challenge-parameters: SALT, SRP_B and SECRET_BLOCK are required with --srp-secret")
	case !has:
		return misuse(flag + ": is required with --srp-secret")
	default:
		return prove()
	}
}

// callOptions returns what goes with the answer.
func (o *options) callOptions() (func(*challenge.CallOptions), error) {
	settings := challenge.CallOptions{
		ClientMetadata: o.request.ClientMetadata,
		Device:         o.device,
	}
	if a := o.request.AnalyticsMetadata; a != nil {
		settings.AnalyticsEndpointID = aws.ToString(a.AnalyticsEndpointId)
	}
	switch d := o.request.ContextData; {
	case !o.public:
		settings.ContextData = d
	case d != nil:
		if d.ServerName != nil || d.ServerPath != nil || d.HttpHeaders != nil {
			return nil, misuse("--context-data: with --public there are IpAddress and EncodedData only")
		}
		settings.UserContextData = &types.UserContextDataType{IpAddress: d.IpAddress, EncodedData: d.EncodedData}
	}
	return func(c *challenge.CallOptions) { *c = settings }, nil
}

// wire is the [challenge.Transport] between the library and the service, for
// answers only.
type wire struct {
	secretHash string // as given, or empty
	connect    func(context.Context) (challenge.Transport, error)
	request    *cip.AdminRespondToAuthChallengeInput // as given, and then as sent
	shows      func(key string) bool
	log        io.Writer

	// reply is the service's last one, or nil after a refusal.
	reply *challenge.Reply
}

// Initiate implements [challenge.Transport]. Whoever began the sign-in has made
// this call.
func (w *wire) Initiate(context.Context, challenge.InitiateRequest) (*challenge.Reply, error) {
	return nil, errors.New("a sign-in is not to be begun here")
}

// Respond implements [challenge.Transport]. It connects when the library has
// found nothing wrong with the answer.
func (w *wire) Respond(ctx context.Context, r challenge.RespondRequest) (*challenge.Reply, error) {
	switch {
	case w.secretHash == "":
	case !r.Responses.Has(secretHash):
		responses := r.Responses.Map()
		responses[secretHash] = w.secretHash
		r.Responses = challenge.NewParams(responses)
	case r.Responses.Get(secretHash) != w.secretHash:
		return nil, &challenge.InvalidError{
			Challenge: r.Challenge, Field: secretHash, Key: secretHash,
			Problem: "is not the one that the client secret makes for USERNAME",
		}
	}
	service, err := w.connect(ctx)
	if err != nil {
		return nil, err
	}
	keys := r.Responses.Keys()
	for i, key := range keys {
		if !w.shows(key) {
			keys[i] = "(not shown)"
		}
	}
	tell(w.log, fmt.Sprintf("debug: answering %s with %s", r.Challenge, strings.Join(keys, ", ")))
	w.keep(r)
	w.reply, err = service.Respond(ctx, r)
	return w.reply, err
}

// keep makes the request what is sent.
func (w *wire) keep(r challenge.RespondRequest) {
	w.request.ChallengeName, w.request.ChallengeResponses, w.request.Session = r.Challenge, r.Responses.Map(), nil
	if !r.Session.IsZero() {
		w.request.Session = aws.String(r.Session.Reveal())
	}
}
