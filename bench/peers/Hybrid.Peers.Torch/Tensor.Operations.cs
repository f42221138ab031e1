namespace Hybrid.Peers.Torch;

/// <summary>Torch's operations: each result is a temporary.</summary>
readonly unsafe partial struct Tensor
{
    /// <summary>How a loss meets its elements, as torch numbers it.</summary>
    const int Mean = 1, Sum = 2;

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

    /// <summary>Sums over one dimension.</summary>
    public Tensor Total(long dim)
    {
        var y = New();
        Native.Sum(y.Slot, Slot, new() { Array = new() { First = &dim, Count = 1 }, Has = 1 }, 0, 0);
        return y;
    }

    /// <summary>log Σ e^x over one dimension.</summary>
    public Tensor LogSumExp(long dim)
    {
        var y = New();
        Native.LogSumExp(y.Slot, Slot, new() { First = &dim, Count = 1 }, 0);
        return y;
    }

    /// <summary>Itself + a·b.</summary>
    public Tensor AddProduct(Tensor a, Tensor b)
    {
        var y = New();
        Native.AddProduct(y.Slot, Slot, a.Slot, b.Slot, Place(Scalar.Of(1.0)));
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
