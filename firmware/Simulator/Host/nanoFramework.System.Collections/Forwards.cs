using System.Collections;
using System.Runtime.CompilerServices;

[assembly: TypeForwardedTo(typeof(Queue))]
[assembly: TypeForwardedTo(typeof(Stack))]
