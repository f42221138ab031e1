/* What cuBLAS's documentation says of the functions that the bench calls, on the CPU: matrices lie by columns,
   C = alpha op(A) op(B) + beta C. It remembers the math mode, so that a test can ask for it. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct { int mode; } handle_t;

enum { OP_N = 0, FLOAT32 = 0, BFLOAT16 = 14, COMPUTE_32F = 68, DEFAULT_ALGORITHM = -1 };
enum { PEDANTIC = 2, TF32 = 3 };
enum { INVALID_VALUE = 7, NOT_SUPPORTED = 15 };

int cublasCreate_v2(handle_t **handle) { return (*handle = calloc(1, sizeof **handle)) ? 0 : 3; }
int cublasDestroy_v2(handle_t *handle) { free(handle); return 0; }
int cublasSetStream_v2(handle_t *handle, void *stream) { return handle && !stream ? 0 : 1; }
int cublasSetMathMode(handle_t *handle, int mode) { handle->mode = mode; return 0; }
int cublasGetProperty(int part, int *value) { *value = 7 + part; return 0; }

static float rounded(float x, int mode) {
    if (mode != TF32) return x;
    uint32_t bits;
    memcpy(&bits, &x, 4);
    bits = (bits + 0x1000) & ~UINT32_C(0x1fff);
    memcpy(&x, &bits, 4);
    return x;
}

static float at(const void *matrix, int type, int64_t i, int mode) {
    if (type == FLOAT32) return rounded(((const float *)matrix)[i], mode);
    uint32_t bits = (uint32_t)((const uint16_t *)matrix)[i] << 16;
    float x;
    memcpy(&x, &bits, 4);
    return x;
}

static int product(int mode, int opA, int opB, int m, int n, int k, float alpha, const void *a, int typeA, int lda,
                   const void *b, int typeB, int ldb, float beta, float *c, int ldc) {
    /* The documented conditions on leading dimensions. */
    if (m <= 0 || n <= 0 || k <= 0 || lda < (opA == OP_N ? m : k) || ldb < (opB == OP_N ? k : n) || ldc < m)
        return INVALID_VALUE;
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; i < m; i++) {
            float sum = 0;
            for (int64_t p = 0; p < k; p++)
                sum = fmaf(at(a, typeA, opA == OP_N ? p * lda + i : i * lda + p, mode),
                           at(b, typeB, opB == OP_N ? j * ldb + p : p * ldb + j, mode), sum);
            c[j * ldc + i] = beta == 0 ? alpha * sum : alpha * sum + beta * c[j * ldc + i];
        }
    return 0;
}

int cublasSgemm_v2(handle_t *handle, int opA, int opB, int m, int n, int k, const float *alpha, const float *a,
                   int lda, const float *b, int ldb, const float *beta, float *c, int ldc) {
    if (handle->mode != PEDANTIC && handle->mode != TF32) return INVALID_VALUE;
    return product(handle->mode, opA, opB, m, n, k, *alpha, a, FLOAT32, lda, b, FLOAT32, ldb, *beta, c, ldc);
}

int cublasGemmEx(handle_t *handle, int opA, int opB, int m, int n, int k, const void *alpha, const void *a,
                 int typeA, int lda, const void *b, int typeB, int ldb, const void *beta, void *c, int typeC,
                 int ldc, int compute, int algorithm) {
#ifdef WITHOUT_BF16
    return NOT_SUPPORTED;
#endif
    if (typeA != BFLOAT16 || typeB != BFLOAT16 || typeC != FLOAT32 || compute != COMPUTE_32F
        || algorithm != DEFAULT_ALGORITHM || handle->mode != 0)
        return NOT_SUPPORTED;
    return product(handle->mode, opA, opB, m, n, k, *(const float *)alpha, a, typeA, lda, b, typeB, ldb,
                   *(const float *)beta, c, ldc);
}
