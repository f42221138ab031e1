using System.Runtime.InteropServices;

namespace Hybrid.Peers.Torch;

/// <summary>A torch tensor: the address of the slot that owns a reference to it.</summary>
readonly unsafe partial struct Tensor(nint* slot)
{
    const int Float32 = 6, Int64 = 4;

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
}
