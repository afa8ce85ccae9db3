package cpu

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestQuota(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  int
	}{
		{"no proc", nil, 0},
		{"v2 without limit", map[string]string{
			"proc/self/cgroup":            "0::/a\n",
			"sys/fs/cgroup/a/cpu.max":     "max 100000\n",
			"sys/fs/cgroup/cgroup.procs":  "1\n",
			"sys/fs/cgroup/a/cpu.max.bak": "1 1\n",
		}, 0},
		{"v2, rounded up", map[string]string{
			"proc/self/cgroup":        "0::/a\n",
			"sys/fs/cgroup/a/cpu.max": "150000 100000\n",
		}, 2},
		{"v2, a fraction is one", map[string]string{
			"proc/self/cgroup":      "0::/\n",
			"sys/fs/cgroup/cpu.max": "10000 100000\n",
		}, 1},
		{"v2, the parent is tighter", map[string]string{
			"proc/self/cgroup":          "0::/a/b\n",
			"sys/fs/cgroup/a/b/cpu.max": "800000 100000\n",
			"sys/fs/cgroup/a/cpu.max":   "300000 100000\n",
		}, 3},
		{"v2, a path from outside the container", map[string]string{
			"proc/self/cgroup":      "0::/../../pod\n",
			"sys/fs/cgroup/cpu.max": "400000 100000\n",
		}, 4},
		{"v1", map[string]string{
			"proc/self/cgroup":                        "5:cpu,cpuacct:/a\n4:cpuset:/b\n",
			"sys/fs/cgroup/cpu/a/cpu.cfs_quota_us":    "250000\n",
			"sys/fs/cgroup/cpu/a/cpu.cfs_period_us":   "50000\n",
			"sys/fs/cgroup/cpu/b/cpu.cfs_quota_us":    "1\n",
			"sys/fs/cgroup/cpu/b/cpu.cfs_period_us":   "1\n",
			"sys/fs/cgroup/cpuset/cpu.cfs_quota_us":   "1\n",
			"sys/fs/cgroup/cpuset/b/cpu.cfs_quota_us": "1\n",
		}, 5},
		{"v1 without limit", map[string]string{
			"proc/self/cgroup":                    "5:cpuacct,cpu:/\n",
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us":  "-1\n",
			"sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
		}, 0},
		{"nonsense", map[string]string{
			"proc/self/cgroup":      "x\n0::/\n:\n",
			"sys/fs/cgroup/cpu.max": "1 0\n",
		}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := fstest.MapFS{}
			for name, text := range test.files {
				root[name] = &fstest.MapFile{Data: []byte(text)}
			}
			require.Equal(t, test.want, quotaIn(root))
		})
	}
}

func TestCPUs(t *testing.T) {
	require.GreaterOrEqual(t, CPUs(), 1)
	require.LessOrEqual(t, CPUs(), max(affinity(), 1))
}
