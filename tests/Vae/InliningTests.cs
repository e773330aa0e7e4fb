// Functions of vectors are inlined into their loops: around a call every vector goes to the stack and back, which made Adam's step four times as slow.

using System.Reflection;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

public class InliningTests
{
    private static readonly Type[] Functions = [typeof(IUnaryMap<>), typeof(IBinaryMap<>), typeof(ITernaryMap<>), typeof(IUpdate<>)];

    [Theory]
    [InlineData(typeof(VectorMap))]
    [InlineData(typeof(Dense))]
    [InlineData(typeof(AnomalyScorer))]
    public void Every_function_of_vectors_is_marked_for_inlining(Type ofAssembly)
    {
        var functions = ofAssembly.Assembly.GetTypes()
            .Where(type => type.IsValueType && type.GetInterfaces().Any(i => i.IsGenericType && Functions.Contains(i.GetGenericTypeDefinition())))
            .Select(type => type.GetMethod("Invoke")!)
            .ToArray();
        Assert.NotEmpty(functions);
        Assert.All(functions, function => Assert.True(
            function.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveInlining),
            $"{function.DeclaringType} has an Invoke without MethodImplOptions.AggressiveInlining."));
    }
}
