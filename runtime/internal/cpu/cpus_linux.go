package cpu

import (
	"io/fs"
	"math"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

func affinity() int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return runtime.NumCPU()
	}
	return set.Count()
}

// quota returns the least quota of the process's control group and those above it,
// in processors, or 0 where there is none.
func quota() int { return quotaIn(os.DirFS("/")) }

// quotaIn is quota over a file system rooted at /.
func quotaIn(root fs.FS) int {
	groups, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0
	}
	least := math.Inf(1)
	for line := range strings.Lines(string(groups)) {
		least = min(least, quotaOf(root, strings.TrimSpace(line)))
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return int(math.Ceil(least))
}

// quotaOf returns the least quota on the way up from the group that a line of
// /proc/self/cgroup names: "0::/path" in version 2, "4:cpu,cpuacct:/path" in
// version 1. A container may see its own group as the root of the mount and not at
// that path, which is why the way up ends there.
func quotaOf(root fs.FS, line string) float64 {
	fields := strings.SplitN(line, ":", 3)
	if len(fields) != 3 {
		return math.Inf(1)
	}
	mount, read := "sys/fs/cgroup", quotaV2
	if fields[1] != "" {
		if !hasController(fields[1], "cpu") {
			return math.Inf(1)
		}
		mount, read = "sys/fs/cgroup/cpu", quotaV1
	}
	least := math.Inf(1)
	for group := path.Clean("/" + fields[2]); ; group = path.Dir(group) {
		least = min(least, read(root, path.Join(mount, group)))
		if group == "/" {
			return least
		}
	}
}

func hasController(list, name string) bool {
	for c := range strings.SplitSeq(list, ",") {
		if c == name {
			return true
		}
	}
	return false
}

// quotaV2 reads cpu.max: "max 100000" or "150000 100000".
func quotaV2(root fs.FS, dir string) float64 {
	text, _ := fs.ReadFile(root, path.Join(dir, "cpu.max"))
	fields := strings.Fields(string(text))
	if len(fields) != 2 {
		return math.Inf(1)
	}
	return ratio(fields[0], fields[1])
}

// quotaV1 reads cpu.cfs_quota_us, which is -1 for none, and its period.
func quotaV1(root fs.FS, dir string) float64 {
	quota, _ := fs.ReadFile(root, path.Join(dir, "cpu.cfs_quota_us"))
	period, _ := fs.ReadFile(root, path.Join(dir, "cpu.cfs_period_us"))
	return ratio(strings.TrimSpace(string(quota)), strings.TrimSpace(string(period)))
}

// ratio returns quota / period, or +∞ where either is not a positive number.
func ratio(quota, period string) float64 {
	q, errQ := strconv.ParseInt(quota, 10, 64)
	p, errP := strconv.ParseInt(period, 10, 64)
	if errQ != nil || errP != nil || q <= 0 || p <= 0 {
		return math.Inf(1)
	}
	return float64(q) / float64(p)
}
