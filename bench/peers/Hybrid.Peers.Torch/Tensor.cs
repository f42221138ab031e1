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
        fixed (float* data = values) return Clone(data, Float32, sizes);
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{float}, ReadOnlySpan{long})"/>
    public static Tensor Of(ReadOnlySpan<long> values, params ReadOnlySpan<long> sizes)
    {
        fixed (long* data = values) return Clone(data, Int64, sizes);
    }

    static Tensor Clone(void* data, int type, ReadOnlySpan<long> sizes)
    {
        var strides = stackalloc long[sizes.Length];
        var stride = 1L;
        for (var i = sizes.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= sizes[i];
        }
        nint* view, copy;
        fixed (long* first = sizes)
            Require(Native.aoti_torch_create_tensor_from_blob(
                data, sizes.Length, first, strides, 0, type, 0, -1, &view));
        Require(Native.aoti_torch_clone(view, &copy));
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

    public Tensor Linear(Tensor w, Tensor bias) { var y = New(); var b = bias.Optional; Native.Linear(y.Slot, Slot, w.Slot, &b); return y; }
    public Tensor Relu() { var y = New(); Native.Relu(y.Slot, Slot); return y; }
    public Tensor Silu() { var y = New(); Native.Silu(y.Slot, Slot); return y; }
    public Tensor Exp() { var y = New(); Native.Exp(y.Slot, Slot); return y; }
    public Tensor Log() { var y = New(); Native.Log(y.Slot, Slot); return y; }
    public Tensor Tanh() { var y = New(); Native.Tanh(y.Slot, Slot); return y; }
    public Tensor Sqrt() { var y = New(); Native.Sqrt(y.Slot, Slot); return y; }
    public Tensor Transpose() { var y = New(); Native.Transpose(y.Slot, Slot); return y; }
    public Tensor Total() { var y = New(); Native.Sum(y.Slot, Slot, 0); return y; }
    public Tensor Multiply(Tensor b) { var y = New(); Native.Multiply(y.Slot, Slot, b.Slot); return y; }
    public Tensor Unsqueeze(long dim) { var y = New(); Native.Unsqueeze(y.Slot, Slot, dim); return y; }
    public Tensor MeanSquare(Tensor b) { var y = New(); Native.MeanSquare(y.Slot, Slot, b.Slot, Mean); return y; }

    public static Tensor operator *(Tensor a, Tensor b) { var y = New(); Native.Mul(y.Slot, a.Slot, b.Slot); return y; }
    public static Tensor operator *(Tensor a, double b) { var y = New(); Native.Mul(y.Slot, a.Slot, Place(Scalar.Of(b))); return y; }
    public static Tensor operator /(Tensor a, double b) { var y = New(); Native.Div(y.Slot, a.Slot, Place(Scalar.Of(b))); return y; }
    public static Tensor operator +(Tensor a, Tensor b) { var y = New(); Native.Add(y.Slot, a.Slot, b.Slot, Place(Scalar.Of(1L))); return y; }
    public static Tensor operator -(Tensor a, Tensor b) { var y = New(); Native.Sub(y.Slot, a.Slot, b.Slot, Place(Scalar.Of(1L))); return y; }
    public static Tensor operator +(Tensor a, double b) { var y = New(); Native.Add(y.Slot, a.Slot, Place(Scalar.Of(b)), Place(Scalar.Of(1L), 1)); return y; }

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
