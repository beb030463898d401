/* One still picture into AV1: keeps libaom's structures, whose layout follows its version, on the C side. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aom/aom_encoder.h"
#include "aom/aomcx.h"

/* Planes of 8 bits, full range, chroma halved on both axes or (both NULL) none. On success returns 0, a buffer that
 * mana_aom_free takes back and its length. */
int mana_aom_encode(const uint8_t *luma, const uint8_t *blue, const uint8_t *red, unsigned width, unsigned height,
                    int quantizer, int speed, uint8_t **out, size_t *out_len) {
  aom_codec_iface_t *iface = aom_codec_av1_cx();
  aom_codec_enc_cfg_t cfg;
  aom_codec_ctx_t codec;
  aom_image_t *image;
  const uint8_t *planes[3] = { luma, blue, red };
  int error = 1;
  *out = NULL;
  *out_len = 0;
  if (aom_codec_enc_config_default(iface, &cfg, AOM_USAGE_ALL_INTRA)) return 1;
  cfg.g_w = width;
  cfg.g_h = height;
  cfg.g_limit = 1;
  cfg.g_lag_in_frames = 0;
  cfg.g_threads = 1;
  cfg.kf_mode = AOM_KF_DISABLED;
  cfg.kf_max_dist = 0;
  cfg.rc_end_usage = AOM_Q;
  cfg.rc_min_quantizer = 0;
  cfg.rc_max_quantizer = 63;
  cfg.monochrome = blue == NULL;
  image = aom_img_alloc(NULL, AOM_IMG_FMT_I420, width, height, 32);
  if (!image) return 2;
  image->range = AOM_CR_FULL_RANGE;
  image->monochrome = blue == NULL;
  for (int plane = 0; plane < 3; ++plane) {
    const unsigned w = plane ? (width + 1) / 2 : width;
    const unsigned h = plane ? (height + 1) / 2 : height;
    for (unsigned row = 0; row < h; ++row) {
      uint8_t *to = image->planes[plane] + (size_t)row * image->stride[plane];
      if (planes[plane]) {
        memcpy(to, planes[plane] + (size_t)row * w, w);
      } else {
        memset(to, 128, w);
      }
    }
  }
  if (aom_codec_enc_init(&codec, iface, &cfg, 0)) {
    aom_img_free(image);
    return 3;
  }
  if (!aom_codec_control(&codec, AOME_SET_CPUUSED, speed) && !aom_codec_control(&codec, AOME_SET_CQ_LEVEL, quantizer) &&
      !aom_codec_control(&codec, AV1E_SET_COLOR_RANGE, AOM_CR_FULL_RANGE) &&
      !aom_codec_control(&codec, AV1E_SET_COLOR_PRIMARIES, AOM_CICP_CP_BT_709) &&
      !aom_codec_control(&codec, AV1E_SET_TRANSFER_CHARACTERISTICS, AOM_CICP_TC_SRGB) &&
      !aom_codec_control(&codec, AV1E_SET_MATRIX_COEFFICIENTS, AOM_CICP_MC_BT_601) &&
      !aom_codec_encode(&codec, image, 0, 1, 0)) {
    aom_codec_iter_t iter = NULL;
    const aom_codec_cx_pkt_t *packet;
    while ((packet = aom_codec_get_cx_data(&codec, &iter)) != NULL) {
      if (packet->kind == AOM_CODEC_CX_FRAME_PKT && !*out && packet->data.frame.sz) {
        *out = malloc(packet->data.frame.sz);
        if (*out) {
          memcpy(*out, packet->data.frame.buf, packet->data.frame.sz);
          *out_len = packet->data.frame.sz;
          error = 0;
        }
      }
    }
  }
  aom_codec_destroy(&codec);
  aom_img_free(image);
  return error;
}

void mana_aom_free(uint8_t *buffer) { free(buffer); }
