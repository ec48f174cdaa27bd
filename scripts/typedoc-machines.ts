import { type Application, type Context, Converter, ReferenceType, ReflectionKind } from 'typedoc';

/**
 * A plugin of typedoc that shows a machine as `StateMachine`, without the type arguments that the
 * compiler infers from its chart: they fill pages with what the chart's picture says in one, and
 * each action in them would have to be documented although nobody declared it.
 */
export function load(application: Application): void {
  application.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context: Context) => {
    for (const variable of context.project.getReflectionsByKind(ReflectionKind.Variable)) {
      if (!variable.isDeclaration() || !(variable.type instanceof ReferenceType)) continue;
      if (variable.type.name !== 'StateMachine') continue;
      for (const inferred of variable.type.typeArguments ?? []) {
        context.project.removeTypeReflections(inferred);
      }
      delete variable.type.typeArguments;
    }
  });
}
