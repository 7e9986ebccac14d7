# Sourced by the benchmarks: a line about the machine and what is measured.
about() {
	local model
	model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
	echo "$(nproc) × ${model:-$(uname -m)}, $(go env GOVERSION), ztagent $(git rev-parse --short HEAD 2>/dev/null || echo unversioned)"
}
