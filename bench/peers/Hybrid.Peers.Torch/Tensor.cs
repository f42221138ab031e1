using System.Runtime.InteropServices;

namespace Hybrid.Peers.Torch;

/// <summary>A torch tensor: the address of the slot that owns a reference to it.</summary>
readonly unsafe struct Tensor(nint* slot)
{
    const int Float32 = 6, Int64 = 4, Sum = 2, Mean = 1;

    public readonly nint* Slot = slot;

    /// <summary>Results of operations, until <see cref="FreeTemporaries"/>.</summary>
    static readonly List<nint> Temporaries = new(256);

    // Torch wants its scalars at multiples of 16 bytes; an operation takes at most two at once.
    static readonly Scalar* Scalars = (Scalar*)NativeMemory.AlignedAlloc(2 * (nuint)sizeof(Scalar), 64);

    /// <summary>A leaf with a copy of values, for as long as the process lives.</summary>
    public static Tensor Of(ReadOnlySpan<float> values, params ReadOnlySpan<long> sizes)
    {
        fixed (float* data = values) return Clone(data, Float32, sizes, Dense(sizes));
    }

    /// <summary>A leaf whose dimensions lie in memory as the strides say.</summary>
    public static Tensor Strided(ReadOnlySpan<float> values, ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides)
    {
        fixed (float* data = values) return Clone(data, Float32, sizes, strides, keepStrides: true);
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{float}, ReadOnlySpan{long})"/>
    public static Tensor Of(ReadOnlySpan<long> values, params ReadOnlySpan<long> sizes)
    {
        fixed (long* data = values) return Clone(data, Int64, sizes, Dense(sizes));
    }

    static long[] Dense(ReadOnlySpan<long> sizes)
    {
        var strides = new long[sizes.Length];
        var stride = 1L;
        for (var i = sizes.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= sizes[i];
        }
        return strides;
    }

    static Tensor Clone(
        void* data, int type, ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, bool keepStrides = false)
    {
        nint* view, copy;
        fixed (long* size = sizes, stride = strides)
            Require(Native.aoti_torch_create_tensor_from_blob(
                data, sizes.Length, size, stride, 0, type, 0, -1, &view));
        Require(keepStrides
            ? Native.aoti_torch_clone_preserve_strides(view, &copy)
            : Native.aoti_torch_clone(view, &copy));
        Native.aoti_torch_delete_tensor_object(view);
        return new(copy);
    }

    static void Require(int code)
    {
        if (code != 0) throw new InvalidOperationException("libtorch refused a tensor; its reason is above.");
    }

    /// <summary>Gives back what operations have made since the last call.</summary>
    public static void FreeTemporaries()
    {
        foreach (var slot in Temporaries) Native.aoti_torch_delete_tensor_object((nint*)slot);
        Temporaries.Clear();
    }

    /// <summary>A slot for a result.</summary>
    public static Tensor New()
    {
        // Torch deletes it with the C++ runtime's delete, which is free().
        var slot = (nint*)NativeMemory.AllocZeroed((nuint)sizeof(nint));
        Temporaries.Add((nint)slot);
        return new(slot);
    }

    /// <summary>A scalar where torch can read it.</summary>
    public static Scalar* Place(Scalar value, int index = 0)
    {
        Scalars[index] = value;
        return Scalars + index;
    }

    public Span<float> Values
    {
        get
        {
            void* data;
            long count;
            Require(Native.aoti_torch_get_data_ptr(Slot, &data));
            Require(Native.aoti_torch_get_numel(Slot, &count));
            return new(data, (int)count);
        }
    }

    public Tensor RequireGradient()
    {
        Require(Native.torch_set_requires_grad(Slot, 1));
        return this;
    }

    /// <summary>The slot of the gradient.</summary>
    public Tensor Gradient => new(Native.Gradient(*Slot));

    /// <summary>Forgets the gradient, as zero_grad(set_to_none=True) does.</summary>
    public void ForgetGradient()
    {
        var gradient = Gradient.Slot;
        if (*gradient == 0 || *gradient == Native.Undefined) return;
        var owner = (nint*)NativeMemory.Alloc((nuint)sizeof(nint));
        (*owner, *gradient) = (*gradient, Native.Undefined);
        Native.aoti_torch_delete_tensor_object(owner);
    }

    public void Backward()
    {
        OptionalTensor one = default;
        Native.Backward(Slot, default, &one, 0, 0);
    }

    /// <summary>Backward from a tensor with its adjoint.</summary>
    public void Backward(Tensor adjoint)
    {
        var given = adjoint.Optional;
        Native.Backward(Slot, default, &given, 0, 0);
    }

    OptionalTensor Optional => new() { Tensor = *Slot, Has = 1 };

    public Tensor Linear(Tensor w, Tensor bias)
    {
        var y = New();
        var b = bias.Optional;
        Native.Linear(y.Slot, Slot, w.Slot, &b);
        return y;
    }

    public Tensor Sin() => Of(&Native.Sin);

    public Tensor Cos() => Of(&Native.Cos);

    public Tensor Relu() => Of(&Native.Relu);

    public Tensor Silu() => Of(&Native.Silu);

    public Tensor Exp() => Of(&Native.Exp);

    public Tensor Log() => Of(&Native.Log);

    public Tensor Tanh() => Of(&Native.Tanh);

    public Tensor Sqrt() => Of(&Native.Sqrt);

    public Tensor Transpose() => Of(&Native.Transpose);

    public Tensor Multiply(Tensor b) => Of(&Native.Multiply, b);

    public static Tensor operator *(Tensor a, Tensor b) => a.Of(&Native.Mul, b);

    public static Tensor operator *(Tensor a, double b) => a.Of(&Native.Mul, b);

    public static Tensor operator /(Tensor a, double b) => a.Of(&Native.Div, b);

    public static Tensor operator +(Tensor a, Tensor b) => a.Of(&Native.Add, b);

    public static Tensor operator -(Tensor a, Tensor b) => a.Of(&Native.Sub, b);

    public static Tensor operator +(Tensor a, double b)
    {
        var y = New();
        Native.Add(y.Slot, a.Slot, Place(Scalar.Of(b)), Place(Scalar.Of(1L), 1));
        return y;
    }

    Tensor Of(delegate*<nint*, nint*, void> function)
    {
        var y = New();
        function(y.Slot, Slot);
        return y;
    }

    Tensor Of(delegate*<nint*, nint*, nint*, void> function, Tensor b)
    {
        var y = New();
        function(y.Slot, Slot, b.Slot);
        return y;
    }

    Tensor Of(delegate*<nint*, nint*, Scalar*, void> function, double b)
    {
        var y = New();
        function(y.Slot, Slot, Place(Scalar.Of(b)));
        return y;
    }

    Tensor Of(delegate*<nint*, nint*, nint*, Scalar*, void> function, Tensor b)
    {
        var y = New();
        function(y.Slot, Slot, b.Slot, Place(Scalar.Of(1L)));
        return y;
    }

    public Tensor Total()
    {
        var y = New();
        Native.Sum(y.Slot, Slot, 0);
        return y;
    }

    public Tensor Unsqueeze(long dim)
    {
        var y = New();
        Native.Unsqueeze(y.Slot, Slot, dim);
        return y;
    }

    public Tensor Select(long dim, long index)
    {
        var y = New();
        Native.Select(y.Slot, Slot, dim, &index);
        return y;
    }

    /// <summary>Itself, or a copy without gaps in the order of its dimensions.</summary>
    public Tensor Contiguous()
    {
        var y = New();
        Native.Contiguous(y.Slot, Slot, 0);
        return y;
    }

    public Tensor MeanSquare(Tensor b)
    {
        var y = New();
        Native.MeanSquare(y.Slot, Slot, b.Slot, Mean);
        return y;
    }

    public Tensor Conv2d(Tensor w, Tensor bias, long padding)
    {
        var y = New();
        var b = bias.Optional;
        var pairs = stackalloc long[] { 1, 1, padding, padding };
        ArrayRef ones = new() { First = pairs, Count = 2 }, border = new() { First = pairs + 2, Count = 2 };
        var groups = 1L;
        Native.Conv2d(y.Slot, Slot, w.Slot, &b, ones, border, ones, &groups);
        return y;
    }

    public Tensor Softplus()
    {
        // Torch's own defaults: β = 1, linear above 20.
        var y = New();
        Native.Softplus(y.Slot, Slot, Place(Scalar.Of(1.0)), Place(Scalar.Of(20.0), 1));
        return y;
    }

    /// <summary>Σ −log Bernoulli(targets; logits).</summary>
    public Tensor BinaryCrossEntropy(Tensor targets)
    {
        var y = New();
        OptionalTensor none = default;
        Native.BinaryCrossEntropy(y.Slot, Slot, targets.Slot, &none, &none, Sum);
        return y;
    }

    /// <summary>Mean over rows of −log softmax at the row's class.</summary>
    public Tensor CrossEntropy(Tensor classes)
    {
        var y = New();
        OptionalTensor none = default;
        var ignored = -100L;
        Native.CrossEntropy(y.Slot, Slot, classes.Slot, &none, Mean, &ignored, 0);
        return y;
    }

    public Tensor Concatenate(Tensor other, long dim)
    {
        var y = New();
        var both = stackalloc nint[] { *Slot, *other.Slot };
        var list = new ListRef { First = both, Count = 2 };
        Native.Concatenate(y.Slot, &list, dim);
        return y;
    }

    public Tensor Expand(params ReadOnlySpan<long> sizes)
    {
        var y = New();
        fixed (long* first = sizes) Native.Expand(y.Slot, Slot, new() { First = first, Count = sizes.Length }, 0);
        return y;
    }

    public Tensor Reshape(params ReadOnlySpan<long> sizes)
    {
        var y = New();
        fixed (long* first = sizes) Native.Reshape(y.Slot, Slot, new() { First = first, Count = sizes.Length });
        return y;
    }

    public Tensor FillNormal()
    {
        OptionalTensor generator = default;
        Native.NormalInPlace(Slot, 0, 1, &generator);
        return this;
    }
}
