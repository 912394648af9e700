package challenge_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// login is code to be tested: a backend's own sign-in.
func login(ctx context.Context, client *challenge.Client, username string, password challenge.Secret) (string, error) {
	step, err := client.Start(ctx, challenge.UserSRP{Username: username, Password: password})
	switch {
	case errors.Is(err, challenge.BadCredentials):
		return "wrong user name or password", nil
	case err != nil:
		return "", err
	}
	switch s := step.(type) {
	case *challenge.Tokens:
		return "welcome, " + s.Username, nil
	case *challenge.SMSMFA:
		return "code sent to " + s.Delivery.Destination, nil
	default:
		return "", fmt.Errorf("can't answer %T", s)
	}
}

// A test with the pool in memory: it checks proofs and codes as Cognito does,
// so the whole way is tested, the SDK's serialisation included. Prefer this.
func Example_testingWithThePool() {
	pool, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{{Username: "alice", Password: challenge.NewSecret("Passw0rd!")}},
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := challenge.New(challenge.Config{
		UserPoolID: pool.UserPoolID(),
		ClientID:   challengetest.DefaultClientID,
		Transport:  challenge.Public(pool.Client()),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, password := range []string{"wrong", "Passw0rd!"} {
		fmt.Println(login(context.Background(), client, "alice", challenge.NewSecret(password)))
	}
	// Output:
	// wrong user name or password <nil>
	// welcome, alice <nil>
}

// scripted is a Transport that returns what a test says, one reply or error
// after the other.
type scripted []any

func (s *scripted) next() (*challenge.Reply, error) {
	if len(*s) == 0 {
		return nil, errors.New("one call too many")
	}
	first := (*s)[0]
	*s = (*s)[1:]
	if err, ok := first.(error); ok {
		return nil, err
	}
	return first.(*challenge.Reply), nil
}

func (s *scripted) Initiate(context.Context, challenge.InitiateRequest) (*challenge.Reply, error) {
	return s.next()
}

func (s *scripted) Respond(context.Context, challenge.RespondRequest) (*challenge.Reply, error) {
	return s.next()
}

// A test with a Transport of its own, for what a pool can't be brought to say:
// each reply is a line.
func ExampleTransport() {
	replies := &scripted{
		&challenge.Reply{
			Challenge:  types.ChallengeNameTypeSmsMfa,
			Session:    challenge.NewSecret("a session"),
			Parameters: challenge.NewParams(map[string]string{"CODE_DELIVERY_DESTINATION": "+*******0100"}),
		},
		&types.TooManyRequestsException{Message: aws.String("Rate exceeded")}, // errors are the SDK's
	}
	client, err := challenge.New(challenge.Config{UserPoolID: "eu-west-1_AbCdEfGhI", ClientID: "demo", Transport: replies})
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		text, err := login(context.Background(), client, "alice", challenge.NewSecret("any"))
		fmt.Printf("%q, throttled: %t\n", text, errors.Is(err, challenge.Throttled))
	}
	// Output:
	// "code sent to +*******0100", throttled: false
	// "", throttled: true
}

// canned stands in for the SDK's client: it has the two methods of PublicAPI.
type canned struct{ in *cip.InitiateAuthInput }

func (c *canned) InitiateAuth(_ context.Context, in *cip.InitiateAuthInput, _ ...func(*cip.Options)) (*cip.InitiateAuthOutput, error) {
	c.in = in
	return &cip.InitiateAuthOutput{AuthenticationResult: &types.AuthenticationResultType{
		AccessToken: aws.String("not a real token"),
	}}, nil
}

func (c *canned) RespondToAuthChallenge(context.Context, *cip.RespondToAuthChallengeInput, ...func(*cip.Options)) (*cip.RespondToAuthChallengeOutput, error) {
	return nil, errors.New("not expected")
}

// A test at the level of the SDK's interface, to see what is sent.
func ExamplePublicAPI() {
	api := new(canned)
	client, err := challenge.New(challenge.Config{UserPoolID: "eu-west-1_AbCdEfGhI", ClientID: "demo", Transport: challenge.Public(api)})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(login(context.Background(), client, "alice", challenge.NewSecret("any")))
	fmt.Println(api.in.AuthFlow, challenge.NewParams(api.in.AuthParameters))
	// Output:
	// welcome, alice <nil>
	// USER_SRP_AUTH [SRP_A USERNAME]
}
