using System.Runtime.InteropServices;

namespace Hybrid.Peers.Torch;

/// <summary>c10::optional&lt;Tensor&gt;: a tensor's address and whether there is one.</summary>
[StructLayout(LayoutKind.Sequential)]
struct OptionalTensor
{
    public nint Tensor, Has;
}

/// <summary>c10::Scalar, 32 bytes; torch wants its address a multiple of 16.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
struct Scalar
{
    const int IsDouble = 0, IsInteger = 1;

    [FieldOffset(0)] int tag;
    [FieldOffset(16)] double real;
    [FieldOffset(16)] long integer;

    public static Scalar Of(double value) => new() { tag = IsDouble, real = value };

    public static Scalar Of(long value) => new() { tag = IsInteger, integer = value };
}

/// <summary>c10::ArrayRef: first element and count.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct ArrayRef
{
    public void* First;
    public nint Count;
}

/// <summary>c10::IListRef of tensors in one array (tag 0).</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct ListRef
{
    public void* First;
    public nint Count, Tag;
}

/// <summary>c10::OptionalArrayRef: an <see cref="ArrayRef"/> and whether there is one.</summary>
[StructLayout(LayoutKind.Sequential)]
struct OptionalArrayRef
{
    public ArrayRef Array;
    public nint Has;
}

/// <summary>The functions of libtorch 2.10.0 that are called, by their C or mangled C++ names.</summary>
/// <remarks>
/// <c>at::_ops::NAME::call</c> returns a Tensor through a hidden first argument, the address of an 8-byte slot;
/// <c>const Tensor&amp;</c> is the address of such a slot; a SymInt is passed as the address of a 64-bit integer.
/// </remarks>
static unsafe class Native
{
    const string Torch = "torch_cpu", Core = "c10", Ops = "_ZN2at4_ops";

    static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, (name, _, _) =>
        NativeLibrary.Load(Path.Combine(Folder, $"lib{name}.so")));

    static string Folder => AppContext.GetData("Hybrid.Peers.Torch.Libraries") as string ?? "";

    /// <summary>The undefined tensor's implementation: what a missing gradient points to.</summary>
    public static nint Undefined { get; } = NativeLibrary.GetExport(
        NativeLibrary.Load(Path.Combine(Folder, "libc10.so")), "_ZN3c1019UndefinedTensorImpl10_singletonE");

    [DllImport(Torch)]
    public static extern int aoti_torch_create_tensor_from_blob(
        void* data, long dims, long* sizes, long* strides, long offset, int type, int device, int index,
        nint** result);

    [DllImport(Torch)] public static extern int aoti_torch_delete_tensor_object(nint* tensor);
    [DllImport(Torch)] public static extern int aoti_torch_get_data_ptr(nint* tensor, void** data);
    [DllImport(Torch)] public static extern int aoti_torch_get_numel(nint* tensor, long* count);
    [DllImport(Torch)] public static extern int aoti_torch_clone(nint* tensor, nint** result);
    [DllImport(Torch)] public static extern int aoti_torch_clone_preserve_strides(nint* tensor, nint** result);
    [DllImport(Torch)] public static extern void aoti_torch_grad_mode_set_enabled(byte on);
    [DllImport(Torch)] public static extern int torch_set_requires_grad(nint* tensor, byte on);

    [DllImport(Torch, EntryPoint = "_ZN2at15set_num_threadsEi")]
    public static extern void SetThreads(int count);

    [DllImport(Core, EntryPoint = "_ZN3c1010TensorImpl12mutable_gradEv")]
    public static extern nint* Gradient(nint implementation);

    [DllImport(Torch)] public static extern void MKL_Set_Dynamic(int on);
    [DllImport(Torch)] public static extern int MKL_Set_Num_Threads_Local(int count);
    [DllImport(Torch)] public static extern void MKL_Get_Version_String(byte* text, int length);

    [DllImport(Torch)]
    public static extern void sgemm_(
        byte* transposeA, byte* transposeB, int* m, int* n, int* k, float* alpha, float* a, int* lda, float* b,
        int* ldb, float* beta, float* c, int* ldc);

    [DllImport(Torch, EntryPoint = $"{Ops}6linear4callERKNS_6TensorES4_RKSt8optionalIS2_E")]
    public static extern void Linear(nint* y, nint* x, nint* w, OptionalTensor* bias);

    [DllImport(Torch, EntryPoint = $"{Ops}4relu4callERKNS_6TensorE")]
    public static extern void Relu(nint* y, nint* x);

    [DllImport(Torch, EntryPoint = $"{Ops}3sin4callERKNS_6TensorE")]
    public static extern void Sin(nint* y, nint* x);

    [DllImport(Torch, EntryPoint = $"{Ops}3cos4callERKNS_6TensorE")]
    public static extern void Cos(nint* y, nint* x);

    [DllImport(Torch, EntryPoint = $"{Ops}10select_int4callERKNS_6TensorElN3c106SymIntE")]
    public static extern void Select(nint* y, nint* x, long dim, long* index);

    [DllImport(Torch, EntryPoint = $"{Ops}10contiguous4callERKNS_6TensorEN3c1012MemoryFormatE")]
    public static extern void Contiguous(nint* y, nint* x, sbyte format);

    [DllImport(Torch, EntryPoint = $"{Ops}4silu4callERKNS_6TensorE")]
    public static extern void Silu(nint* y, nint* x);

    [DllImport(Torch, EntryPoint = $"{Ops}3exp4callERKNS_6TensorE")]
    public static extern void Exp(nint* y, nint* x);

    [DllImport(Torch, EntryPoint = $"{Ops}3log4callERKNS_6TensorE")]
    public static extern void Log(nint* y, nint* x);

    [DllImport(Torch, EntryPoint = $"{Ops}4tanh4callERKNS_6TensorE")]
    public static extern void Tanh(nint* y, nint* x);

    [DllImport(Torch, EntryPoint = $"{Ops}4sqrt4callERKNS_6TensorE")]
    public static extern void Sqrt(nint* y, nint* x);

    [DllImport(Torch, EntryPoint = $"{Ops}1t4callERKNS_6TensorE")]
    public static extern void Transpose(nint* y, nint* x);

    [DllImport(Torch, EntryPoint = $"{Ops}8softplus4callERKNS_6TensorERKN3c106ScalarES8_")]
    public static extern void Softplus(nint* y, nint* x, Scalar* beta, Scalar* threshold);

    [DllImport(Torch, EntryPoint = $"{Ops}2mm4callERKNS_6TensorES4_")]
    public static extern void Multiply(nint* y, nint* a, nint* b);

    [DllImport(Torch, EntryPoint = $"{Ops}10mul_Tensor4callERKNS_6TensorES4_")]
    public static extern void Mul(nint* y, nint* a, nint* b);

    [DllImport(Torch, EntryPoint = $"{Ops}10mul_Scalar4callERKNS_6TensorERKN3c106ScalarE")]
    public static extern void Mul(nint* y, nint* a, Scalar* b);

    [DllImport(Torch, EntryPoint = $"{Ops}10div_Scalar4callERKNS_6TensorERKN3c106ScalarE")]
    public static extern void Div(nint* y, nint* a, Scalar* b);

    [DllImport(Torch, EntryPoint = $"{Ops}10add_Tensor4callERKNS_6TensorES4_RKN3c106ScalarE")]
    public static extern void Add(nint* y, nint* a, nint* b, Scalar* factor);

    [DllImport(Torch, EntryPoint = $"{Ops}10sub_Tensor4callERKNS_6TensorES4_RKN3c106ScalarE")]
    public static extern void Sub(nint* y, nint* a, nint* b, Scalar* factor);

    [DllImport(Torch, EntryPoint = $"{Ops}10add_Scalar4callERKNS_6TensorERKN3c106ScalarES8_")]
    public static extern void Add(nint* y, nint* a, Scalar* b, Scalar* factor);

    [DllImport(Torch, EntryPoint = $"{Ops}3sum4callERKNS_6TensorESt8optionalIN3c1010ScalarTypeEE")]
    public static extern void Sum(nint* y, nint* x, nint type);

    [DllImport(Torch, EntryPoint =
        $"{Ops}15sum_dim_IntList4callERKNS_6TensorEN3c1016OptionalArrayRefIlEEbSt8optionalINS5_10ScalarTypeEE")]
    public static extern void Sum(nint* y, nint* x, OptionalArrayRef dims, byte keepsDim, nint type);

    [DllImport(Torch, EntryPoint = $"{Ops}9logsumexp4callERKNS_6TensorEN3c108ArrayRefIlEEb")]
    public static extern void LogSumExp(nint* y, nint* x, ArrayRef dims, byte keepsDim);

    [DllImport(Torch, EntryPoint = $"{Ops}7addcmul4callERKNS_6TensorES4_S4_RKN3c106ScalarE")]
    public static extern void AddProduct(nint* y, nint* x, nint* a, nint* b, Scalar* factor);

    [DllImport(Torch, EntryPoint =
        $"{Ops}32binary_cross_entropy_with_logits4callERKNS_6TensorES4_RKSt8optionalIS2_ES8_l")]
    public static extern void BinaryCrossEntropy(
        nint* y, nint* logits, nint* targets, OptionalTensor* weight, OptionalTensor* positive, long reduction);

    [DllImport(Torch, EntryPoint = $"{Ops}8mse_loss4callERKNS_6TensorES4_l")]
    public static extern void MeanSquare(nint* y, nint* a, nint* b, long reduction);

    [DllImport(Torch, EntryPoint =
        $"{Ops}18cross_entropy_loss4callERKNS_6TensorES4_RKSt8optionalIS2_ElN3c106SymIntEd")]
    public static extern void CrossEntropy(
        nint* y, nint* logits, nint* classes, OptionalTensor* weight, long reduction, long* ignored, double smoothing);

    [DllImport(Torch, EntryPoint = $"{Ops}3cat4callERKN3c108IListRefINS_6TensorEEEl")]
    public static extern void Concatenate(nint* y, ListRef* list, long dim);

    [DllImport(Torch, EntryPoint = $"{Ops}9unsqueeze4callERKNS_6TensorEl")]
    public static extern void Unsqueeze(nint* y, nint* x, long dim);

    [DllImport(Torch, EntryPoint = $"{Ops}6expand4callERKNS_6TensorEN3c108ArrayRefINS5_6SymIntEEEb")]
    public static extern void Expand(nint* y, nint* x, ArrayRef sizes, byte isImplicit);

    [DllImport(Torch, EntryPoint = $"{Ops}7reshape4callERKNS_6TensorEN3c108ArrayRefINS5_6SymIntEEE")]
    public static extern void Reshape(nint* y, nint* x, ArrayRef sizes);

    [DllImport(Torch, EntryPoint =
        $"{Ops}6conv2d4callERKNS_6TensorES4_RKSt8optionalIS2_EN3c108ArrayRefINS9_6SymIntEEESC_SC_SB_")]
    public static extern void Conv2d(
        nint* y, nint* x, nint* w, OptionalTensor* bias, ArrayRef stride, ArrayRef padding, ArrayRef dilation,
        long* groups);

    [DllImport(Torch, EntryPoint =
        $"{Ops}9_backward4callERKNS_6TensorEN3c108ArrayRefIS2_EERKSt8optionalIS2_ES8_IbEb")]
    public static extern void Backward(
        nint* y, ArrayRef inputs, OptionalTensor* gradient, nint keepGraph, byte createGraph);

    [DllImport(Torch, EntryPoint = $"{Ops}12lerp__Scalar4callERNS_6TensorERKS2_RKN3c106ScalarE")]
    public static extern nint* LerpInPlace(nint* x, nint* end, Scalar* weight);

    [DllImport(Torch, EntryPoint = $"{Ops}11mul__Scalar4callERNS_6TensorERKN3c106ScalarE")]
    public static extern nint* MulInPlace(nint* x, Scalar* factor);

    [DllImport(Torch, EntryPoint = $"{Ops}8addcmul_4callERNS_6TensorERKS2_S5_RKN3c106ScalarE")]
    public static extern nint* AddProductInPlace(nint* x, nint* a, nint* b, Scalar* factor);

    [DllImport(Torch, EntryPoint = $"{Ops}8addcdiv_4callERNS_6TensorERKS2_S5_RKN3c106ScalarE")]
    public static extern nint* AddQuotientInPlace(nint* x, nint* a, nint* b, Scalar* factor);

    [DllImport(Torch, EntryPoint = $"{Ops}11add__Scalar4callERNS_6TensorERKN3c106ScalarES7_")]
    public static extern nint* AddInPlace(nint* x, Scalar* value, Scalar* factor);

    [DllImport(Torch, EntryPoint = $"{Ops}7normal_4callERNS_6TensorEddSt8optionalINS_9GeneratorEE")]
    public static extern nint* NormalInPlace(nint* x, double mean, double deviation, OptionalTensor* generator);

    [DllImport(Torch, EntryPoint =
        $"{Ops}12_fused_adam_4callEN3c108ArrayRefINS_6TensorEEES5_S5_S5_S5_S5_dddddbbRKSt8optionalIS4_ES9_")]
    public static extern void FusedAdamInPlace(
        ArrayRef parameters, ArrayRef gradients, ArrayRef m, ArrayRef v, ArrayRef largest, ArrayRef steps,
        double learningRate, double beta1, double beta2, double decay, double epsilon, byte amsgrad, byte maximize,
        OptionalTensor* scale, OptionalTensor* infinite);
}
