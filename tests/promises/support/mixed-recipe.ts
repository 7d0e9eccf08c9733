/** The promises' recipe with its mixture in words, and a folder of the corpus for each source. */
import { recipeCopy, type RecipeData } from './recipe.js';

/** The crawl and the books are seen less than once, the code twice and more. */
export function mixedRecipe(change: (recipe: RecipeData) => void = () => undefined): RecipeData {
  return recipeCopy((recipe) => {
    Object.assign(recipe.mixture, { unit: 'words', budget: '130k' });
    recipe.output.path = '${source}/part';
    change(recipe);
  });
}

/** The same with a rule in place of the weights. */
export const ruledRecipe = (): RecipeData => mixedRecipe((recipe) => {
  const { weights: _, ...rest } = recipe.mixture;
  Object.assign(recipe, { mixture: { ...rest, rule: { temperature: 2 }, shortfall: 'cap' } });
});
