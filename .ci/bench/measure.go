package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// command is one process to measure.
type command struct {
	path string
	args []string
	exit []int // the exit codes that are right
}

// cost is what one run of a process took.
type cost struct {
	wall, cpu time.Duration
	peak      float64 // MiB of resident memory
}

// run waits for a process. Its environment is empty: nothing of a CI run or of a shell changes what it does.
func (c command) run(out io.Writer) (cost, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	process := exec.CommandContext(ctx, c.path, c.args...) //nolint:gosec // the paths are flags
	process.Env, process.Stdout, process.Stderr = []string{"HOME=" + os.TempDir()}, out, os.Stderr
	start := time.Now()
	err := process.Run()
	wall := time.Since(start)
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) || !slices.Contains(c.exit, process.ProcessState.ExitCode()) {
		return cost{}, fmt.Errorf("%s %v: %v", c.path, c.args, err)
	}
	return costOf(wall, process.ProcessState)
}

// costOf reads what the kernel counted. A child starts as a copy of this process: a peak that is not above our own is not the child's, and not known.
func costOf(wall time.Duration, state *os.ProcessState) (cost, error) {
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return cost{}, err
	}
	usage := state.SysUsage().(*syscall.Rusage)
	peak := float64(usage.Maxrss) / 1024
	if usage.Maxrss <= own.Maxrss {
		peak = math.NaN()
	}
	return cost{wall: wall, cpu: state.UserTime() + state.SystemTime(), peak: peak}, nil
}

// alternate runs commands in turn, so that what slows the machine down slows all of them, and gives the medians. Before that each runs once
// to warm the caches.
func alternate(rounds int, commands ...command) ([]cost, error) {
	costs := make([][]cost, len(commands))
	for round := range rounds + 1 {
		for i, c := range commands {
			took, err := c.run(nil)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				costs[i] = append(costs[i], took)
			}
		}
	}
	medians := make([]cost, len(commands))
	for i, list := range costs {
		medians[i] = cost{
			wall: median(list, func(c cost) time.Duration { return c.wall }),
			cpu:  median(list, func(c cost) time.Duration { return c.cpu }),
			peak: median(list, func(c cost) float64 { return c.peak }),
		}
	}
	return medians, nil
}

func median[T float64 | time.Duration](list []cost, of func(cost) T) T {
	values := make([]T, len(list))
	for i, c := range list {
		values[i] = of(c)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
