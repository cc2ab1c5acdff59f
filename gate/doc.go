// Package gate holds the words of defectgate and its one use case, [Gate.Check].
//
// The data takes these hops, and each hop has a file of its own:
//
//	Source.Load      Finding      one raw entry of one report            finding.go
//	Merger.Add       Defect       findings of one defect, merged         merge.go
//	Defect.date      clocks       first seen, fix available, exploited   clock.go
//	Exceptions.Match Candidate    exceptions that name the defect        match.go
//	Policy.Evaluate  Judgement    violations, due day, what is covered   policy.go
//	decide           Decision     the verdict and all that made it       decision.go
//
// Everything in the module imports this package; it imports none of the module's others. It holds facts and arithmetic:
// what denies, warns or is accepted is said by the policy alone.
//
// Time is an argument. [Gate.Now] is read once for each check, and every age, due day and expiry is computed from that instant.
package gate
