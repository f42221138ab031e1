using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Devices.Gpu;

/// <summary>A kernel's arguments as the bytes that ILGPU sends to a GPU.</summary>
/// <remarks>Fields in order, each at its natural alignment; a view is its address and its length.</remarks>
static class KernelArguments
{
    public static byte[] BytesOf(object arguments)
    {
        var bytes = new List<byte>();
        Append(arguments, bytes);
        return [.. bytes];
    }

    static void Append(object value, List<byte> bytes)
    {
        var type = value.GetType();
        Pad(bytes, AlignmentOf(type));
        if (IsView(type))
        {
            var (address, length) = ((ulong, long))typeof(KernelArguments)
                .GetMethod(nameof(Place), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [value])!;
            bytes.AddRange(BitConverter.GetBytes(address));
            bytes.AddRange(BitConverter.GetBytes(length));
            return;
        }
        if (type.IsEnum || type.IsPrimitive)
        {
            bytes.AddRange(value switch
            {
                Enum x => BitConverter.GetBytes(Convert.ToInt32(x)),
                float x => BitConverter.GetBytes(x),
                int x => BitConverter.GetBytes(x),
                uint x => BitConverter.GetBytes(x),
                long x => BitConverter.GetBytes(x),
                ulong x => BitConverter.GetBytes(x),
                _ => throw new NotSupportedException($"a kernel's argument of type {type}"),
            });
            return;
        }
        foreach (var field in FieldsOf(type)) Append(field.GetValue(value)!, bytes);
        Pad(bytes, AlignmentOf(type));
    }

    static int AlignmentOf(Type type) =>
        IsView(type) ? sizeof(ulong)
        : type.IsEnum ? AlignmentOf(type.GetEnumUnderlyingType())
        : type.IsPrimitive ? Marshal.SizeOf(type)
        : FieldsOf(type).Max(field => AlignmentOf(field.FieldType));

    static IEnumerable<FieldInfo> FieldsOf(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .OrderBy(field => field.MetadataToken);

    static bool IsView(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);

    static (ulong Address, long Length) Place<T>(ArrayView<T> view) where T : unmanaged =>
        ((ulong)view.LoadEffectiveAddressAsPtr(), view.Length);

    static void Pad(List<byte> bytes, int alignment)
    {
        while (bytes.Count % alignment != 0) bytes.Add(0);
    }
}
