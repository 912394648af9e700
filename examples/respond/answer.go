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

	"github.com/aws/aws-sdk-go-v2/aws"
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
		log:        log,
	}
	delete(responses, secretHash)
	c, unknown := o.challenge()
	settings, misplaced := o.callOptions()
	client, misnamed := challenge.New(challenge.Config{
		UserPoolID:   aws.ToString(o.request.UserPoolId),
		ClientID:     aws.ToString(o.request.ClientId),
		ClientSecret: o.clientSecret,
		Transport:    service,
	})
	if unknown == nil && c.Name() == "" {
		unknown = misuse("--challenge-name: is required")
	}
	if err := errors.Join(unknown, misplaced, misnamed); err != nil {
		return nil, nil, err
	}
	if err := challenge.Fill(c, responses); err != nil {
		return nil, nil, err
	}
	begins, err := o.complete(c, responses)
	if err != nil {
		return nil, nil, blameParameters(err)
	}
	step, err := client.Respond(ctx, c, settings)
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

// challenge returns the challenge as far as it is known, with nothing filled in.
// Its name is empty when nobody named it.
func (o *options) challenge() (challenge.Challenge, error) {
	reply := o.issued
	reply.Challenge = cmp.Or(o.request.ChallengeName, reply.Challenge)
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
		// user gives an address.
		c.SoftwareTokenVerified = c.Email == ""
	case *challenge.PasswordVerifier:
		err = o.prove(c.PasswordClaim, func() error {
			return c.Prove(o.srp, aws.ToString(o.request.UserPoolId), o.password, time.Now())
		})
	case *challenge.DevicePasswordVerifier:
		err = o.prove(c.PasswordClaim, func() error {
			if o.device == nil {
				return misuse("--device: is required with --srp-secret")
			}
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

// prove proves a password, unless the proof was given, or nothing to make it
// of: then the library says what is missing.
func (o *options) prove(claim challenge.PasswordClaim, prove func() error) error {
	switch {
	case o.srp == nil || !claim.Signature.IsZero():
		return nil
	case claim.B == "":
		return misuse("--challenge-parameters: SALT, SRP_B and SECRET_BLOCK are required with --srp-secret")
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
		if !wellKnown(key) {
			keys[i] = "(not shown)"
		}
	}
	fmt.Fprintf(w.log, "debug: answering %s with %s\n", r.Challenge, strings.Join(keys, ", "))
	w.reply, err = service.Respond(ctx, r)
	return w.reply, err
}
