package kernels

//go:generate sh -c "go -C _asm run . -write offsets > offsets_amd64_test.go"
//go:generate go -C _asm run . -write conv_avx2 -out ../conv_avx2_amd64.s
//go:generate go -C _asm run . -write pool_avx2 -out ../pool_avx2_amd64.s
//go:generate go -C _asm run . -write maps_avx2 -out ../maps_avx2_amd64.s
//go:generate go -C _asm run . -write peak_avx2 -out ../peak_avx2_amd64.s
