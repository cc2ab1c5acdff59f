// Package policy judges with Rego. It loads the built-in rules and those of users, compiles them once, and asks them about every
// defect and about the artifact as a whole.
//
// The data takes these hops:
//
//	Read       files of the built-in bundle, of folders and of OPA bundles       load.go, parse.go, documents.go
//	catalogue  the rules that the packages hold, with their metadata             catalogue.go
//	merge      default ← user ← environment, flat and validated settings         settings.go, form.go
//	compile    one compiler: strict, against the schemas of input and settings   compile.go, schemas.go, refs.go, constants.go
//	question   the rules that can have something to say of an input              question.go, silence.go
//	Evaluate   one query for each open defect, one for the artifact              evaluate.go, input.go, cache.go, answer.go, watchdog.go
//
// The contract of a rule stands in README.md beside this file. Nothing that a policy can call reaches the network, the file system, the
// environment, the clock or chance; a deadline and a watchdog on the heap end what does not end by itself.
package policy
