/** Private members use TypeScript's `private`, because constructor injection cannot declare `#names`. */
const noHashNames = {
  create: (context) => ({
    PrivateIdentifier(node) {
      context.report({
        node,
        message: `declare "private ${node.name}" instead of "#${node.name}"`,
      });
    },
  }),
};

const plugin = { meta: { name: 'antenna' }, rules: { 'no-hash-names': noHashNames } };

export { plugin as default };
