package main

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/srp"
)

// options are what the command line says, checked as far as that goes without
// knowing the challenge.
type options struct {
	flags values

	request *cip.AdminRespondToAuthChallengeInput // as given
	issued  challenge.Reply                       // --challenge-parameters

	clientSecret, password challenge.Secret
	srp                    *srp.Client       // nil: no --srp-secret
	device                 *challenge.Device // nil: no --device

	skeleton    skeletonMode
	generateSRP bool

	query query
	text  bool // instead of JSON

	region, profile, endpoint string
	public, unsigned, debug   bool
}

// members has the flags that are a member each of the request.
var members = []struct {
	flag, name string
	structure  bool // JSON or shorthand, not a string
	usage      string
}{
	{"user-pool-id", "UserPoolId", false, "`ID` of the user pool, such as eu-west-1_AbCdEfGhI"},
	{"client-id", "ClientId", false, "`ID` of the app client"},
	{"challenge-name", "ChallengeName", false, "`name` of the challenge, such as SMS_MFA"},
	{"challenge-responses", "ChallengeResponses", true, "the answer, a `map`: --generate-cli-skeleton shows its keys"},
	{"session", "Session", false, "`session` that came with the challenge; for MFA_SETUP that of VerifySoftwareToken"},
	{"analytics-metadata", "AnalyticsMetadata", true, "AnalyticsEndpointId of Amazon Pinpoint, a `structure`"},
	{"context-data", "ContextData", true, "the user's request, for threat protection, a `structure`"},
	{"client-metadata", "ClientMetadata", true, "for the pool's Lambda triggers, a `map`"},
}

// flags returns the flags. Their values are read by value and not by the
// package flag, whose errors show them.
func flags() *flag.FlagSet {
	f := flag.NewFlagSet("respond", flag.ContinueOnError)
	f.SetOutput(io.Discard) // run says what is wrong
	for _, m := range members {
		f.String(m.flag, "", m.usage)
	}
	f.String("cli-input-json", "", "the request as a `JSON` object, as --generate-cli-skeleton prints it; flags override its members")
	f.Var(new(word), "generate-cli-skeleton", "print a sample of the `input` (the default) or output, and send nothing")

	f.String("challenge-parameters", "", "what came with the challenge, a `map`; or all of the output of admin-initiate-auth, which also has --challenge-name and --session")
	f.String("client-secret", "", "`secret` of the app client, for SECRET_HASH (or COGNITO_CLIENT_SECRET)")
	f.String("password", "", "`password` of the user, for PASSWORD or to be proven (or COGNITO_PASSWORD)")
	f.String("srp-secret", "", "`secret` that --generate-srp printed (or COGNITO_SRP_SECRET)")
	f.String("device", "", "remembered `device`, as challenge.Device.Encode writes it")
	f.Var(new(word), "generate-srp", "print a new SRP_A to begin a sign-in with, and its secret")
	f.Var(new(word), "public", "call RespondToAuthChallenge, which needs no AWS credentials")

	f.String("query", "", "print what this JMESPath `expression` selects in the reply, or in the request if it begins with ^")
	f.String("output", "json", "`format`: json or text")
	f.String("region", "", "AWS `region` (default the one in the user pool's ID)")
	f.String("profile", "", "`name` of a profile in the AWS configuration")
	f.String("endpoint-url", "", "`URL` to call instead of Amazon's")
	f.Var(new(word), "no-sign-request", "don't sign, and don't look for AWS credentials")
	f.Var(new(word), "debug", "tell on standard error what is sent where, without any values")
	return f
}

// usage lists the flags.
func usage(to io.Writer) error {
	var b strings.Builder
	flags().VisitAll(func(f *flag.Flag) {
		kind, text := flag.UnquoteUsage(f)
		fmt.Fprintf(&b, "%s\n    \t%s\n", strings.TrimSpace("--"+f.Name+" "+kind), text)
	})
	_, err := io.WriteString(to, b.String())
	return err
}

// parse reads the command line, and the environment for secrets that are not
// in it.
func parse(args []string, getenv func(string) string) (*options, error) {
	v := values{flags(), getenv, make(map[string]bool)}
	o := &options{flags: v}
	if err := v.Parse(joinWords(args)); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, misuse(withoutValue(err.Error()))
	}
	if v.NArg() > 0 {
		return o, misuse("there is an argument that belongs to no option")
	}
	return o, errors.Join(
		o.readModes(v), o.readRequest(v), o.readIssued(v), o.readSecrets(v), o.readOutput(v), o.readConnection(v),
	)
}

// withoutValue returns an error of the package flag, such as "flag provided but
// not defined: -name", with the name of the flag and without what is after it.
func withoutValue(problem string) string {
	problem, given, _ := strings.Cut(problem, ": -")
	name, _, _ := strings.Cut(given, "=")
	return problem + ": --" + strings.TrimLeft(name, "-")
}

// values reads the values of flags.
type values struct {
	*flag.FlagSet
	getenv    func(string) string
	shorthand map[string]bool // the flags whose values are written so
}

// text returns the value of a flag as it is on the command line.
func (v values) text(name string) string { return v.Lookup(name).Value.String() }

// given reports whether a flag is on the command line.
func (v values) given(name string) (given bool) {
	v.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}

// read returns the value of a flag, or the text of the file that it names.
func (v values) read(name string) (string, error) {
	text, err := load(v.text(name))
	if err != nil {
		return "", misuse("--" + name + ": " + err.Error())
	}
	return text, nil
}

// secret is read for a flag that a variable of the environment stands in for,
// where it is not given.
func (v values) secret(name, variable string) (string, error) {
	if !v.given(name) {
		return v.getenv(variable), nil
	}
	return v.read(name)
}

// structure returns the value of a flag that is JSON or shorthand, as JSON.
func (v values) structure(name string) (json.RawMessage, error) {
	text, err := v.read(name)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		if !json.Valid([]byte(text)) {
			return nil, misuse("--" + name + ": is no JSON")
		}
		return json.RawMessage(text), nil
	}
	v.shorthand[name] = true
	object, err := shorthand(text)
	if err != nil {
		return nil, misuse("--" + name + ": " + err.Error())
	}
	if header, alone := object["HttpHeaders"].(map[string]any); alone { // as the AWS CLI has it
		object["HttpHeaders"] = []any{header}
	}
	return json.Marshal(object)
}

const filePrefix = "file://"

// load returns value, or the text of the file of which it is the URL, without
// the line break that editors and echo leave at its end, and without the byte
// order mark that PowerShell puts at its beginning.
func load(value string) (string, error) {
	if strings.HasPrefix(value, "fileb://") {
		return "", errors.New("fileb:// is for binary values: use file://")
	}
	if name, ok := strings.CutPrefix(value, filePrefix); ok {
		name, err := fromHome(name)
		if err != nil {
			return "", err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		value = strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
		value = strings.TrimPrefix(value, "\ufeff")
	}
	if !utf8.ValidString(value) { // JSON could not hold it
		return "", errors.New("is not valid UTF-8")
	}
	return value, nil
}

// fromHome returns the name of a file with the home directory in place of a ~ at
// its beginning, which no shell sees behind file://.
func fromHome(name string) (string, error) {
	if len(name) < 2 || name[0] != '~' || !os.IsPathSeparator(name[1]) {
		return name, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, name[2:]), err
}

// readModes reads the flags that may stand without a value.
func (o *options) readModes(v values) (err error) {
	for name, to := range map[string]*bool{
		"generate-srp": &o.generateSRP, "public": &o.public, "no-sign-request": &o.unsigned, "debug": &o.debug,
	} {
		if !v.given(name) {
			continue
		}
		if *to = v.text(name) == noValue; !*to {
			err = errors.Join(err, misuse("--"+name+": takes no value"))
		}
	}
	if !v.given("generate-cli-skeleton") {
		return err
	}
	switch mode := skeletonMode(v.text("generate-cli-skeleton")); mode {
	case inputSkeleton, outputSkeleton:
		o.skeleton = mode
	case noValue:
		o.skeleton = inputSkeleton
	default:
		err = errors.Join(err, misuse("--generate-cli-skeleton: expected input or output"))
	}
	return err
}

// readRequest reads the request: the members of --cli-input-json, with the
// flags in place of those that they are for.
func (o *options) readRequest(v values) error {
	request, err := v.input()
	if err != nil {
		return err
	}
	var problems []error
	for _, m := range members {
		if !v.given(m.flag) {
			continue
		}
		var raw json.RawMessage
		var err error
		if m.structure {
			raw, err = v.structure(m.flag)
		} else if text, bad := v.read(m.flag); bad != nil {
			err = bad
		} else {
			raw, err = json.Marshal(text)
		}
		problems = append(problems, err)
		request = slices.DeleteFunc(request, func(p part) bool { return p.is(m.name) })
		request = append(request, part{json.RawMessage(strconv.Quote(m.name)), raw})
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	o.request, err = challenge.UnmarshalAdminRespondInput(join("{}", request))
	if err != nil {
		return err
	}
	return errors.Join(named("challenge-responses", o.request.ChallengeResponses), named("client-metadata", o.request.ClientMetadata))
}

// input returns the members of --cli-input-json.
func (v values) input() ([]part, error) {
	if !v.given("cli-input-json") {
		return nil, nil
	}
	text, err := v.read("cli-input-json")
	if err != nil {
		return nil, err
	}
	if text = strings.TrimSpace(text); !strings.HasPrefix(text, "{") || !json.Valid([]byte(text)) {
		return nil, misuse("--cli-input-json: is no JSON object")
	}
	return filledIn(json.RawMessage(text)), nil
}

// named refuses a name that was not filled in where its value was.
func named(flag string, values map[string]string) error {
	for key := range values {
		if strings.HasSuffix(key, anyName) {
			return misuse("--" + flag + ": replace " + anyName + " by a name")
		}
	}
	return nil
}

// readIssued reads the parameters of the challenge, or a whole reply that has
// them.
func (o *options) readIssued(v values) error {
	if !v.given("challenge-parameters") {
		return nil
	}
	raw, err := v.structure("challenge-parameters")
	if err != nil {
		return err
	}
	var reply struct {
		ChallengeName       types.ChallengeNameType
		Session             string
		ChallengeParameters map[string]string
		AvailableChallenges []types.ChallengeNameType
	}
	var has map[string]json.RawMessage
	if err = json.Unmarshal(raw, &has); err == nil {
		if has["ChallengeName"] != nil || has["ChallengeParameters"] != nil || has["AvailableChallenges"] != nil {
			err = json.Unmarshal(raw, &reply)
		} else {
			err = json.Unmarshal(raw, &reply.ChallengeParameters)
		}
	}
	if err != nil { // which may show a value
		return misuse("--challenge-parameters: is neither a map of strings nor the output of admin-initiate-auth")
	}
	o.issued = challenge.Reply{
		Challenge:           reply.ChallengeName,
		Session:             challenge.NewSecret(reply.Session),
		Parameters:          challenge.NewParams(reply.ChallengeParameters),
		AvailableChallenges: reply.AvailableChallenges,
	}
	return nil
}

// readSecrets reads what is not sent as it is.
func (o *options) readSecrets(v values) error {
	clientSecret, err := v.secret("client-secret", "COGNITO_CLIENT_SECRET")
	o.clientSecret = challenge.NewSecret(clientSecret)
	password, bad := v.secret("password", "COGNITO_PASSWORD")
	o.password = challenge.NewSecret(password)
	return errors.Join(err, bad, o.readSRP(v), o.readDevice(v))
}

func (o *options) readSRP(v values) error {
	text, err := v.secret("srp-secret", "COGNITO_SRP_SECRET")
	if text == "" || err != nil {
		return err
	}
	var pair srpPair
	if json.Unmarshal([]byte(text), &pair) == nil {
		text = pair.Secret
	}
	a, err := base64.StdEncoding.DecodeString(text)
	if err == nil {
		o.srp, err = srp.Resume(a)
	}
	if err != nil {
		return misuse("--srp-secret: is nothing that --generate-srp printed")
	}
	return nil
}

func (o *options) readDevice(v values) error {
	text, err := v.read("device")
	if text == "" || err != nil {
		return err
	}
	device, err := challenge.ParseDevice(challenge.NewSecret(text))
	if err != nil {
		return misuse("--device: is nothing that challenge.Device.Encode wrote")
	}
	o.device = &device
	return nil
}

func (o *options) readOutput(v values) error {
	expression, err := v.read("query")
	if err != nil {
		return err
	}
	if o.query, err = newQuery(expression); err != nil {
		return err
	}
	switch format, err := v.read("output"); format {
	case "json", "text":
		o.text = format == "text"
		return err
	default:
		return cmp.Or(err, error(misuse("--output: expected json or text")))
	}
}

func (o *options) readConnection(v values) (err error) {
	for name, to := range map[string]*string{"region": &o.region, "profile": &o.profile, "endpoint-url": &o.endpoint} {
		text, bad := v.read(name)
		*to, err = text, errors.Join(err, bad)
	}
	if o.endpoint == "" {
		return err
	}
	u, bad := url.Parse(o.endpoint)
	if bad != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.Join(err, misuse("--endpoint-url: expected a URL such as http://127.0.0.1:8080"))
	}
	return err
}

// skeletonMode is the value of --generate-cli-skeleton.
type skeletonMode string

const (
	noSkeleton     skeletonMode = ""
	inputSkeleton  skeletonMode = "input"
	outputSkeleton skeletonMode = "output"
)

// word is the value of a flag that may stand without one. It takes any text,
// because the package flag shows what is refused; readModes looks at it.
type word string

func (w *word) String() string        { return string(*w) }
func (w *word) IsBoolFlag() bool      { return true }
func (w *word) Set(text string) error { *w = word(text); return nil }

// noValue is what the package flag sets where there is no value.
const noValue = "true"

// joinWords joins a flag that may stand without a value with one that is an
// argument of its own, so that readModes looks at it, too. The package flag takes
// a value that may be left out only after "=".
func joinWords(args []string) []string {
	known := flags()
	var joined []string
	for i, arg := range args {
		if i > 0 && !strings.HasPrefix(arg, "-") && isWord(known, args[i-1]) {
			joined[len(joined)-1] += "=" + arg
		} else {
			joined = append(joined, arg)
		}
	}
	return joined
}

// isWord reports whether an argument is a flag that may stand without a value.
func isWord(known *flag.FlagSet, arg string) bool {
	name, isFlag := strings.CutPrefix(arg, "-")
	f := known.Lookup(strings.TrimPrefix(name, "-"))
	if !isFlag || f == nil {
		return false
	}
	_, ok := f.Value.(*word)
	return ok
}
