// Reference planes and timings by libjpeg-turbo. cc -O2 tools/reference.c -o target/reference -ljpeg -lturbojpeg
// reference raw FILE DENOMINATOR OUT: "width height dct_size" and samples of every plane; exit 2 on error.
// reference bench FILE DENOMINATOR ROUNDS: median and least CPU milliseconds of decoding to planes.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <jpeglib.h>
#include <turbojpeg.h>

static jmp_buf jump;
static long warnings;
static void fail(j_common_ptr c) { char b[JMSG_LENGTH_MAX]; c->err->format_message(c, b); fprintf(stderr, "error: %s\n", b); longjmp(jump, 1); }
static void emit(j_common_ptr c, int level) { if (level < 0) { warnings++; if (getenv("V")) { char b[JMSG_LENGTH_MAX]; c->err->format_message(c, b); fprintf(stderr, "warn: %s\n", b);} } }

static int raw(unsigned char *data, size_t size, int denominator, const char *out) {
  struct jpeg_decompress_struct c; struct jpeg_error_mgr e;
  c.err = jpeg_std_error(&e); e.error_exit = fail; e.emit_message = emit;
  if (setjmp(jump)) return 2;
  jpeg_create_decompress(&c);
  jpeg_mem_src(&c, data, size);
  jpeg_read_header(&c, TRUE);
  c.raw_data_out = TRUE; c.scale_num = 1; c.scale_denom = denominator; c.do_block_smoothing = FALSE;
  c.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&c);
  int n = c.num_components;
  FILE *f = fopen(out, "wb");
  unsigned char *planes[4]; int strides[4], rows[4], done[4] = {0};
  for (int i = 0; i < n; i++) {
    jpeg_component_info *k = &c.comp_info[i];
    strides[i] = k->width_in_blocks * k->DCT_scaled_size + 64 * 8;
    rows[i] = k->v_samp_factor * k->DCT_scaled_size;
    planes[i] = calloc(strides[i], k->downsampled_height + rows[i] * 2 + 64);
  }
  while (c.output_scanline < c.output_height) {
    JSAMPROW r[4][64]; JSAMPARRAY a[4];
    for (int i = 0; i < n; i++) { for (int y = 0; y < rows[i]; y++) r[i][y] = planes[i] + (size_t)(done[i] + y) * strides[i]; a[i] = r[i]; done[i] += rows[i]; }
    jpeg_read_raw_data(&c, a, c.max_v_samp_factor * c.min_DCT_scaled_size);
  }
  for (int i = 0; i < n; i++) {
    jpeg_component_info *k = &c.comp_info[i];
    fprintf(f, "%d %d %d\n", (int)k->downsampled_width, (int)k->downsampled_height, (int)k->DCT_scaled_size);
    for (unsigned y = 0; y < k->downsampled_height; y++) fwrite(planes[i] + (size_t)y * strides[i], 1, k->downsampled_width, f);
  }
  fclose(f);
  jpeg_finish_decompress(&c);
  printf("%ld warnings\n", warnings);
  return 0;
}

static double now(void) { struct timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return t.tv_sec * 1e3 + t.tv_nsec / 1e6; }
static int order(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return x < y ? -1 : x > y; }

static int bench(unsigned char *data, size_t size, int denominator, int rounds) {
  double *ms = malloc(sizeof(double) * rounds);
  for (int i = 0; i < rounds; i++) {
    tjhandle h = tjInitDecompress(); int w, hh, sub, cs;
    double start = now();
    if (tjDecompressHeader3(h, data, size, &w, &hh, &sub, &cs)) return 2;
    int sw = (w + denominator - 1) / denominator, sh = (hh + denominator - 1) / denominator;
    unsigned char *p[3]; int strides[3];
    for (int k = 0; k < 3; k++) { p[k] = malloc(tjPlaneSizeYUV(k, sw, 0, sh, sub)); strides[k] = 0; }
    if (tjDecompressToYUVPlanes(h, data, size, p, sw, strides, sh, TJFLAG_ACCURATEDCT)) { fprintf(stderr, "%s\n", tjGetErrorStr2(h)); return 2; }
    for (int k = 0; k < 3; k++) free(p[k]);
    ms[i] = now() - start; tjDestroy(h);
  }
  qsort(ms, rounds, sizeof(double), order);
  printf("%.1f %.1f\n", ms[rounds / 2], ms[0]);
  return 0;
}

int main(int argc, char **argv) {
  FILE *f = fopen(argv[2], "rb"); fseek(f, 0, SEEK_END); size_t size = ftell(f); rewind(f);
  unsigned char *data = malloc(size); fread(data, 1, size, f); fclose(f);
  if (!strcmp(argv[1], "raw")) return raw(data, size, atoi(argv[3]), argv[4]);
  return bench(data, size, atoi(argv[3]), atoi(argv[4]));
}
